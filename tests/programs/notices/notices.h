/* SPDX-License-Identifier: MIT */
/* Words of the child's page, and where its queue is. */
#ifndef NOTICES_H
#define NOTICES_H

#define W_TURNS	  0
#define W_HANDLED 1
#define W_ENTRY	  2
#define W_TYPE	  3
#define W_ENDS	  4
#define W_REARM	  5 /* mask to set again, or 0 */
#define W_LOST	  6 /* registers that came back wrong */

#define RAW_IQ	  0xc00 /* struct ae_intq in the page */

#endif
