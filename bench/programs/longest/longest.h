/* SPDX-License-Identifier: MIT */
/* What the program and its environments share. */
#ifndef LONGEST_H
#define LONGEST_H

#define LONGEST_CAP  7	   /* both words of every environment's capability */
#define LONGEST_LIST 0xa00 /* in the save page: names, then where to go on */

#endif
