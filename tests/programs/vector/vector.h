/* SPDX-License-Identifier: MIT */
/* Words of a child's page, and the page that all of them share. */
#ifndef VECTOR_H
#define VECTOR_H

#define W_ID	 0
#define W_TURNS	 1
#define W_ENDS	 2
#define W_FROM	 3
#define W_A1	 4
#define W_OTHERS 5

#define SHARED	 0x1000 /* from the child's page */
#define LOG_MASK 0xff

#endif
