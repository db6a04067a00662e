/* SPDX-License-Identifier: MIT */
/* Words of the page that a test of control transfer shares with a child. */
#ifndef TRANSFERS_CHILDREN_H
#define TRANSFERS_CHILDREN_H

#define W_PEER	  0	/* whom to call */
#define W_ARG	  1	/* message in a1 */
#define W_GO	  2	/* a server may answer */
#define W_CALLS	  3
#define W_ERROR	  4
#define W_ERRORS  5
#define W_REPLIER 6
#define W_REPLIES 7
#define W_SLICES  8	/* slices begun */
#define W_CALLER  9
#define W_CALLED  10
#define W_SERVING 11
#define W_EARLY	  12	/* of these, while it waits */
#define W_NEXT	  13	/* whom an Acall gate hands the processor to */
#define W_IN	  32	/* registers that came, then hi and lo */
#define W_OUT	  80	/* registers that go */

#endif
