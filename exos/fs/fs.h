/* SPDX-License-Identifier: MIT */
/*
 * Files: inodes, names, open files and descriptors, all in the session
 * segment; the calls that exos/posix gives C's names to.  A call returns 0
 * or a number, or a negative errno value as POSIX.1-2008 has it.
 */
#ifndef EXOS_FS_FS_H
#define EXOS_FS_FS_H

#include <sys/stat.h>

#include "../include/exos/process.h" /* also where tests run it on a host */

#include "session.h"

#define FS_NAME_MAX  255
#define FS_PATH_MAX  1024 /* with its 0 */
#define FS_LINKS_MAX 40	  /* symbolic links in one path */
#define FS_OPEN_MAX  64	  /* descriptors of a process */
#define FS_PIPE_BUF  512  /* bytes a pipe takes whole */

/* Which file_ops an inode has. */
enum inode_type {
	INODE_DIR,
	INODE_LINK,
	INODE_FILE,    /* in memory */
	INODE_ARCHIVE, /* a file of the boot archive */
	INODE_PIPE,
	INODE_NULL,
	INODE_ZERO,
	INODE_CONSOLE,
	INODE_TYPES
};

#define NDIRECT	  6
#define PER_TABLE (SESSION_PAGE / sizeof(void *))

struct inode {
	u32 mode;    /* S_IF* and permissions */
	u8 type;     /* enum inode_type */
	u8 readonly; /* of the archive: nothing changes */
	u16 maps;    /* mappings, which are references, too */
	u32 nlink;   /* names */
	u32 refs;    /* open files and working directories */
	u32 size;    /* bytes; beyond, the last page is undefined */
	u32 atime, mtime, ctime;
	union {
		struct {
			void *direct[NDIRECT]; /* 0: a hole */
			void *table;	       /* of pages */
			void *tables;	       /* of tables of pages */
		} file;
		struct {
			struct entry *first;
			struct inode *parent; /* 0: removed */
			u32 cookie;	      /* of the next entry */
		} dir;
		struct {
			char *page;
			u32 in, out; /* bytes since the beginning */
			u32 readers, writers;
		} pipe;
		char *text; /* of a symbolic link */
		u32 offset; /* in the archive */
	};
};

/* One name in a directory.  Entries are in the order of their cookies. */
struct entry {
	struct entry *next;
	struct inode *inode;
	u32 cookie;
	u32 len;
	char name[];
};

/* An open file, which dup and fork share. */
struct file {
	u32 refs;
	u32 flags; /* O_* that fcntl shows */
	u32 offset;
	struct inode *inode;
};

/* A file that a process has mapped; its regions know the number. */
struct mapping {
	struct mapping *next;
	struct inode *inode;
	u32 page; /* of the file, where it begins */
	u32 id;	  /* the process's */
};
#define MAPS_MAX 0xffff /* of one file */

/* Who sent a signal and why, as siginfo_t has it; a word, set at once. */
struct origin {
	u16 pid;
	u8 code, status;
};
#define NSIGNALS 32

/*
 * A process of the session, and what it holds; who finds it dead can give
 * that back.  Its number stays when exec puts it into another environment.
 */
struct process {
	struct process *next;
	u32 name;      /* of its environment */
	u32 first;     /* of that in which it was made */
	u32 cap[2];    /* and that one's capability, or 0 0 */
	u32 making[2]; /* capability of one that it is making */
	u32 pid, ppid, pgid, sid;
	u32 command[EXOS_COMMAND / 4]; /* the program's name, as chars */
	u32 state;   /* PROC_* */
	u32 status;  /* as wait has it; stopped: by which signal */
	u32 told;    /* status has been waited for */
	u32 pending; /* a bit a signal; others set them */
	struct origin origin[NSIGNALS]; /* of those */
	char *args;			/* a page of words for exec, or 0 */
	struct mapping *maps;
	u32 umask;
	struct inode *cwd; /* 0: the root */
	u32 cloexec[FS_OPEN_MAX / 32];
	struct file *file[FS_OPEN_MAX];
};

/*
 * What can be done with an open file of some type; 0: nothing.  An operation
 * takes the session lock itself if it needs it, and returns -EAGAIN instead
 * of waiting.  *at is the offset, which it moves; append: first to the end.
 */
struct file_ops {
	s32 (*read)(struct inode *i, char *to, u32 n, u32 *at);
	s32 (*write)(struct inode *i, const char *from, u32 n, u32 *at,
		     u32 append);
	int (*truncate)(struct inode *i, u32 size);
	int (*poll)(struct inode *i, u32 flags); /* POLL*; none: ready */
	int (*ioctl)(struct inode *i, u32 request, void *arg);
};
extern const struct file_ops content_ops, archive_ops, pipe_ops, tty_ops,
	null_ops, zero_ops;

/* ---- inodes: inode.c; the caller holds the lock ---- */

struct inode *inode_new(u32 type, u32 mode);
void inode_unlink(struct inode *i); /* a name less */
void inode_put(struct inode *i);    /* a reference less */
void inode_finish(struct inode *i); /* between transactions */
u32 inode_number(const struct inode *i);
void inode_stat(const struct inode *i, struct stat *st);

/* The pages of a file: content.c. */
#define FILE_MAX 0x7fffffff
void content_resize(struct inode *i, u32 size);
void content_trim(struct inode *i); /* between transactions */
u32 content_pages(const struct inode *i);

/* A page of a file, made if need be; 0: a hole, or no room. */
char *content_page(struct inode *i, u32 n, int make);

/* ---- files that are mapped: mapping.c ---- */

#define MAP_WRITES 1 /* what is stored there is the file's */
/* A descriptor's file from a page on is mapped: the mapping's number. */
int fs_map(int fd, u32 page, u32 kind);
/* This process's, by number, or 0. */
struct mapping *mapping_find(u32 id);
/* The caller holds the lock; both commit. */
void mapping_remove(struct process *p, struct mapping *m);
int mapping_copy(struct process *to, const struct process *from);
/* The file has become shorter: who has it mapped is told. */
void mapping_shrunk(const struct inode *i);
#define PENDING_LOOK 1u /* in place of a signal 0: look at the mappings */
/* EntryLo and soft bits of a page of the segment: source.c. */
u32 session_entry(const void *page);

/* ---- names: dir.c, path.c, tree.c; the caller holds the lock ---- */

/* The link that leads to the entry, or where it would be added. */
struct entry **dir_find(struct inode *dir, const char *name, u32 len);
int dir_add(struct inode *dir, struct entry **at, const char *name, u32 len,
	    struct inode *i);
void dir_remove(struct inode *dir, struct entry **at);
/* A directory that nobody has a name for yet. */
struct inode *dir_new(struct inode *parent, u32 mode);

/* Where a path leads. */
struct walk {
	struct inode *dir;   /* in which its last name is */
	struct inode *inode; /* which it names, or 0 */
	struct entry **at;   /* where that name is or would be, or 0: . .. */
	const char *name;
	u32 len;
	int slash; /* something follows the name: a directory */
};
#define WALK_FOLLOW 1 /* a symbolic link at the end */
#define WALK_PLAIN  2 /* the last name itself, a slash or not */
int walk(int dirfd, const char *path, int flags, struct walk *w);
/* The same, but there must be something. */
int walk_to(int dirfd, const char *path, int flags, struct walk *w);
/* Can the name be added, or taken away? */
int walk_check_new(const struct walk *w);
int walk_check_old(const struct walk *w);

/* The root; 0: no room to build the tree. */
struct inode *tree_root(void);
/* An inode under a name if there is none yet; commits. */
int tree_add(struct inode *dir, const char *name, u32 len, struct inode *i);

/* ---- the boot archive: archive.c ---- */

#define ARCHIVE_NAME   100 /* bytes of the fields of ustar */
#define ARCHIVE_PREFIX 155

struct archive_entry {
	char name[ARCHIVE_PREFIX + 1 + ARCHIVE_NAME + 1];
	char link[ARCHIVE_NAME + 1];
	u32 type; /* S_IFREG, S_IFDIR, S_IFLNK; 0: none of them */
	u32 mode, mtime, size, offset;
};
/* The next entry after *at: 1, at the end 0, or -EILSEQ. */
int archive_next(const u8 *base, u32 bytes, u32 *at, struct archive_entry *e);
/* Build its tree under root, in several transactions. */
int archive_mount(struct inode *root, const u8 *base, u32 bytes);

/* ---- processes and descriptors: process.c, descriptor.c ---- */

struct process *process_self(void);
/* The same, and takes the session lock. */
struct process *process_lock(void);
struct file *file_of(int fd); /* or 0 */
struct file *file_new(struct inode *i, u32 flags);
void file_put(struct file *f);
int descriptor_free(struct process *p, int from); /* number, or -EMFILE */
void descriptor_set(struct process *p, int fd, struct file *f, int cloexec);
#define PROC_RUNS    0
#define PROC_STOPPED 1
#define PROC_DEAD    2 /* holds nothing; the kernel has its status */
#define PROC_ZOMBIE  3 /* holds nothing; status is its status */

/* The record of a process by number, or 0; the caller holds the lock. */
struct process *process_by_pid(u32 pid);
/* Is there such a group in a session? */
int process_is_group(u32 pgid, u32 sid);
/*
 * This process makes an environment with that capability, which process_fork
 * or process_move will put into a record.  If it dies before that, whoever
 * finds it dead ends the other, which nobody else could.
 */
void process_making(const u32 cap[2]);
/*
 * A child in an environment of that name and capability: it has copies of
 * this process's descriptors.  Result: its number.
 */
int process_fork(u32 name, const u32 cap[2]);
/* This process goes on in another environment. */
int process_move(u32 name, const u32 cap[2], const char *program);
/* A page for what it tells itself over that: make (0, -ENOMEM), see, free. */
int process_args_room(void);
char *process_args(void);
void process_args_taken(void);
/* The parent of a process, if it lives; the caller holds the lock. */
struct process *process_parent(const struct process *p);
/* Remove the record of a process that is over; the caller holds the lock. */
void process_forget(struct process *p);
/* Give back what a process held that is gone, and its record. */
void process_end(u32 name);
/* The same for another, whose environment has ended; with the lock. */
void process_bury(struct process *p);
/* The end of this process, whose environment ends next. */
void process_exit(u32 status);
/* Send a signal; the caller holds the lock and ends the transaction. */
void process_post(struct process *p, u32 sig, struct origin from);
/* The same to each of a group, each in a transaction. */
void process_post_group(u32 pgid, u32 sig);
/* A signal to this process, which takes effect at once. */
void process_raise(u32 sig);
void process_look(void); /* at what is pending */
/* Is there nobody of its session whom a stopped group could wait for? */
int process_is_orphaned(u32 pgid);
/* Wait a while: give back what the dead held, let others run. */
void session_wait(void);
/* Take in what is typed, with the lock: tty.c. */
void tty_look(void);

/*
 * Handlers of signals that have run: all, and those that end calls that wait
 * (no SA_RESTART).  Who waits compares with what it was at the beginning.
 */
struct handled {
	u32 all, ending;
};
extern volatile struct handled process_handled;

/* ---- what exos/proc knows of signals, or a test ---- */

/* Handle those that are there, and PENDING_LOOK. */
extern void (*process_signals)(void);
/* Is a signal neither ignored nor blocked? */
int process_accepts(u32 sig);

/* ---- the calls ---- */

int fs_open(int dirfd, const char *path, int flags, u32 mode);
int fs_close(int fd);
int fs_dup(int fd, int from, int cloexec);
int fs_dup2(int fd, int to, int cloexec);
int fs_fcntl(int fd, int cmd, int arg);
int fs_pipe(int fd[2], int flags);

s32 fs_read(int fd, void *to, u32 n);
s32 fs_write(int fd, const void *from, u32 n);
s32 fs_pread(int fd, void *to, u32 n, s32 at);
s32 fs_pwrite(int fd, const void *from, u32 n, s32 at);
s32 fs_seek(int fd, s32 offset, int whence);
int fs_ftruncate(int fd, s32 size);
int fs_truncate(const char *path, s32 size);
int fs_ioctl(int fd, u32 request, void *arg);
/* Which of the events are there, and POLLERR, POLLHUP, POLLNVAL. */
int fs_poll(int fd, int events);

int fs_fstat(int fd, struct stat *st);
int fs_stat(int dirfd, const char *path, struct stat *st, int flags);
int fs_access(int dirfd, const char *path, int mode);
int fs_chmod(int dirfd, const char *path, u32 mode);
int fs_fchmod(int fd, u32 mode);
#define FS_KEEP 0xffffffffu /* a time that stays as it is */
int fs_utime(int dirfd, const char *path, u32 atime, u32 mtime, int flags);
int fs_futime(int fd, u32 atime, u32 mtime);
u32 fs_umask(u32 mask);

int fs_mkdir(int dirfd, const char *path, u32 mode);
int fs_unlink(int dirfd, const char *path);
int fs_rmdir(int dirfd, const char *path);
int fs_rename(int olddir, const char *old, int newdir, const char *new);
int fs_link(int olddir, const char *old, int newdir, const char *new,
	    int flags);
int fs_symlink(const char *text, int dirfd, const char *path);
s32 fs_readlink(int dirfd, const char *path, char *to, u32 n);

int fs_chdir(const char *path);
int fs_fchdir(int fd);
int fs_getcwd(char *to, u32 n);
/* The path from the root, without symbolic links. */
int fs_realpath(const char *path, char *to, u32 n);
/* As many struct dirent as fit; their bytes, 0 at the end. */
s32 fs_getdents(int fd, void *to, u32 n);

#endif
