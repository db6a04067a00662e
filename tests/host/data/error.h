#define AE_EINVAL	(-1)	/* bad value */
#define AE_EPAGE	(-2)	/* no such page */
#define AE_EACCES	(-3)	/* not by this capability */
#define AE_EENV	(-4)	/* no such environment */
#define AE_ELAST	(-4)
