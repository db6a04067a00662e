/* SPDX-License-Identifier: MIT */
/* Environments that do what they are told, or something bad. */
#include "../../include/hostile.inc"
