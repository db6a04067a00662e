# SPDX-License-Identifier: MIT
# One door to everything; `make help` lists the entry points.

.DEFAULT_GOAL := all
BUILD := build
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = @$(if $(filter 0,$(V)),printf '  %-4s %s\n' $(1) $(patsubst $(BUILD)/%,%,$(2)),true)

CROSS := mipsel-linux-gnu-
CC := $(CROSS)gcc
LD := $(CROSS)ld
HOSTCC := gcc
R3K := $(shell sed 's/\#.*//' scripts/toolchain/r3k.flags | tr '\n' ' ')
GCCINC = $(shell $(CC) -print-file-name=include)
WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes
TOOLCHAIN := $(BUILD)/toolchain/stamp

export BUILD

include aegis/build.mk
include exos/build.mk
include emu-config/build.mk
-include bench/build.mk
-include tests/build.mk

IMAGES := $(VARIANTS:%=$(BUILD)/aegis-%.elf)

.PHONY: all help setup run clean check compile_commands.json
all: $(IMAGES) $(BUILD)/host/detclock.so	## build both kernels and all programs

help:						## list the entry points
	@sed -n 's/^\([a-z_.]*\):.*## /\1\t/p' Makefile */build.mk | \
		awk -F'\t' '{ printf "  make %-22s %s\n", $$1, $$NF }'

# Packages, then Newlib and libgcc; each does nothing when it is there.
setup:						## install packages, build Newlib and libgcc
	@scripts/setup.sh
	@scripts/toolchain/build.sh $(BUILD)/toolchain

$(TOOLCHAIN): scripts/packages.txt $(wildcard scripts/toolchain/*)
	@scripts/setup.sh
	@scripts/toolchain/build.sh $(BUILD)/toolchain
	@touch $@

run: all					## boot to the shell; PROG='name args' runs a program
	@emu-config/launch --interactive $(BUILD)/aegis-closed.elf \
		$(if $(PROG),-- $(PROG))

clean:						## remove all that was built but the toolchain
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name 'toolchain*' \
		! -name 'gcc-source' -exec rm -rf {} +
