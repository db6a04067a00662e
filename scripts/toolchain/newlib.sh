#!/bin/sh
# SPDX-License-Identifier: MIT
# Configures, compiles and installs Newlib; a step of build.sh.
#
# usage: newlib.sh SRCDIR OBJDIR PREFIX     (absolute paths; J=N jobs)
#
# Full stdio with C99 formats and long long.  What a single-threaded library
# OS with its own system calls does not need is left out.  Of Newlib's folders
# for POSIX systems, which are all or nothing to its configure script, the files
# that stand on such calls are added to libc.a by name.
set -eu

src=$1 obj=$2 prefix=$3
here=$(cd "$(dirname "$0")" && pwd)
triple=mipsel-linux-gnu

r3k=$(sed '/^#/d' "$here/r3k.flags" | tr '\n' ' ')
# A Linux compiler's own macros are taken away.  -ffile-prefix-map makes the
# result the same wherever it is built.
cflags="-g -O2 $r3k -ffreestanding -fno-stack-protector
	-fno-asynchronous-unwind-tables -fno-unwind-tables
	-ffunction-sections -fdata-sections -fcommon
	-ffile-prefix-map=$src=newlib -ffile-prefix-map=$obj=obj
	-U__linux__ -U__linux -Ulinux -U__unix__ -U__unix -Uunix
	-U__gnu_linux__ -nostdinc -DHAVE_FCNTL
	-isystem $($triple-gcc -print-file-name=include)"
cflags=$(echo "$cflags" | tr -s '\n\t' '  ')
posix="posix/fnmatch posix/glob posix/scandir posix/collate posix/collcmp
	posix/regcomp posix/regerror posix/regexec posix/regfree
	posix/execl posix/execle posix/execlp posix/execv posix/execvp
	posix/popen posix/wordexp posix/wordfree
	unix/basename unix/dirname unix/getpwent unix/sigset"

mkdir -p "$obj"
cd "$obj"
"$src/configure" --target=mipsel-elf --prefix="$prefix" \
	--disable-multilib --disable-libgloss --disable-shared --disable-nls \
	--disable-newlib-supplied-syscalls --disable-newlib-multithread \
	--enable-newlib-io-c99-formats --enable-newlib-io-long-long \
	--enable-newlib-reent-small \
	--enable-newlib-global-atexit --enable-lite-exit \
	--disable-newlib-wide-orient --disable-newlib-fvwrite-in-streamio \
	--disable-newlib-fseek-optimization \
	--disable-newlib-unbuf-stream-opt \
	CC_FOR_TARGET=$triple-gcc AS_FOR_TARGET=$triple-as \
	AR_FOR_TARGET=$triple-ar LD_FOR_TARGET=$triple-ld \
	NM_FOR_TARGET=$triple-nm RANLIB_FOR_TARGET=$triple-ranlib \
	OBJDUMP_FOR_TARGET=$triple-objdump STRIP_FOR_TARGET=$triple-strip \
	CFLAGS_FOR_TARGET="$cflags" CCASFLAGS="$r3k"
make -j"${J:-1}" MAKEINFO=: all-target-newlib
make MAKEINFO=: install-target-newlib

libc=$src/newlib/libc
inst=$prefix/mipsel-elf
# Directory entries are ExOS's; _syslist.h drops the underscores of calls.
mkdir posix
for f in $posix; do
	# shellcheck disable=SC2086 # a list of flags
	$triple-gcc $cflags -D_COMPILING_NEWLIB -D_GNU_SOURCE \
		-DMISSING_SYSCALL_NAMES \
		-include _syslist.h -I"$libc/posix" \
		-isystem "$here/../../exos/include" -isystem "$inst/include" \
		-c "$libc/$f.c" -o "posix/${f##*/}.o"
done
$triple-ar rcsD "$inst/lib/libc.a" posix/*.o
# ExOS has its own, but getopt_long is in the same file.
$triple-objcopy --weaken-symbol=getopt "$inst/lib/libc.a"
# It does not compile with this GCC, which has one of its own.
rm "$inst/include/stdatomic.h"
