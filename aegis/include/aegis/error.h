/* SPDX-License-Identifier: MIT */
/* Named errors of Aegis calls: a call returns one of these, negative, in v0. */
#ifndef AEGIS_ERROR_H
#define AEGIS_ERROR_H

#define AE_ENOSYS	(-1)	/* no call has this number */
#define AE_EINVAL	(-2)	/* an argument has an impossible value */
#define AE_EPAGE	(-3)	/* no such physical page to be had */
#define AE_EACCES	(-4)	/* the capability does not grant this access */
#define AE_EINUSE	(-5)	/* taken, or pinned by its use */
#define AE_ENOMEM	(-6)	/* no free page */
#define AE_EENV		(-7)	/* no live environment has this name */
#define AE_ENOGATE	(-8)	/* the environment accepts no such transfer */
#define AE_EBUSY	(-9)	/* the gate is serving another caller */
#define AE_EPERM	(-10)	/* not the caller's to do */
#define AE_EDIED	(-11)	/* the callee died before it replied */
#define AE_ENOENV	(-12)	/* the environment table is full */
#define AE_EBUF		(-13)	/* offset and length leave the page */
#define AE_ENOREPLY	(-14)	/* a reply, but no caller is waiting */
#define AE_EAGAIN	(-15)	/* being made ready: call again */
#define AE_ENOSLICE	(-16)	/* no free slice */
#define AE_ELAST	(-16)

#endif
