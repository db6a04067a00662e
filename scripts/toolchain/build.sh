#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the C library and the compiler's helper library for the R3000.
#
# usage: build.sh OUTDIR  ->  OUTDIR/include
#                             OUTDIR/lib/{libc.a,libm.a,libgcc.a}
#                             OUTDIR/stamp      written last
#   J=N             compile N files at once (default: one per processor)
#   GCC_SOURCE=F    see gcc-source.sh
#
# Debian's cross compiler is used as it is; only its libraries, which are for
# MIPS32r2 and Linux, are replaced.  About 45 s on two processors, nothing if
# OUTDIR/stamp matches these scripts and the installed versions.  The result
# appears in one step; a killed build leaves OUTDIR as it was.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS || true
LC_ALL=C
export LC_ALL

out=${1:?usage: build.sh OUTDIR}
here=$(cd "$(dirname "$0")" && pwd)
jobs=${J:-$(nproc)}
triple=mipsel-linux-gnu
mkdir -p "$(dirname "$out")"
out=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")
log=$out.log

say()
{
	echo "toolchain: $*"
}

die()
{
	echo "toolchain: $*" >&2
	exit 1
}

# Everything that the result depends on.
identity()
{
	cat "$here/build.sh" "$here/newlib.sh" "$here/libgcc.sh" \
		"$here/gcc-source.sh" "$here/r3k.flags" \
		"$here/../../exos/include/sys/dirent.h" | sha256sum
	$triple-gcc --version | head -n 1
	$triple-as --version | head -n 1
	sha256sum "$1" | cut -d' ' -f1
}

newlib_tar=
for f in /usr/src/newlib/newlib-*.tar.xz; do
	[ ! -r "$f" ] || newlib_tar=$f
done
if [ -z "$newlib_tar" ] || ! command -v $triple-gcc >/dev/null; then
	die "packages are missing; run scripts/setup.sh"
fi

exec 9>"$out.lock"
flock -n 9 || {
	say "waiting for another build of $out"
	flock 9
}
id=$(identity "$newlib_tar")
if [ -f "$out/stamp" ] && [ "$(cat "$out/stamp")" = "$id" ]; then
	exit 0
fi

# A step of its own process group ($! names it), so that it can be stopped
# with all its children.
background()
{
	setsid "$@" >>"$log" 2>&1 9>&- &
}

# On any failure: say what failed, and show the end of its output.
step=starting
groups=
work=
finish()
{
	status=$?
	trap - EXIT
	for g in $groups; do
		kill -- "-$g" 2>/dev/null || true
	done
	rm -rf "$work"
	if [ $status -ne 0 ]; then
		tail -n 15 "$log" >&2 || true
		echo "toolchain: failed: $step; the log is $log" >&2
	fi
	exit $status
}
trap finish EXIT
trap 'step=interrupted; exit 130' INT TERM HUP

# watch PID: wait for a long step, with a line every 10 seconds.
watch()
{
	ticks=0
	while kill -0 "$1" 2>/dev/null; do
		sleep 0.2
		ticks=$((ticks + 1))
		if [ $((ticks % 50)) -eq 0 ]; then
			n=$(find "$work" -name '*.o' 2>/dev/null | wc -l)
			say "  $((ticks / 5)) s: $n files compiled (of about 1300)"
		fi
	done
	wait "$1"
}

rm -rf "$out".work.*
work=$(mktemp -d "$out.work.XXXXXX")
: >"$log"
say "building $out (about a minute; log: $log)"

step='fetching the GCC sources'
"$here/gcc-source.sh" "$(dirname "$out")/gcc-source"

step='unpacking Newlib'
say "unpacking $(basename "$newlib_tar")"
tar -xJf "$newlib_tar" -C "$work" --transform 's,^[^/]*,newlib,'

step='compiling libgcc and Newlib'
say "compiling libgcc, configuring and compiling Newlib"
background "$here/libgcc.sh" "$(dirname "$out")/gcc-source" "$work/libgcc"
libgcc=$!
background env J="$jobs" "$here/newlib.sh" "$work/newlib" "$work/obj" \
	"$work/inst"
newlib=$!
groups="$libgcc $newlib"
step='compiling libgcc'
wait "$libgcc"
step='compiling Newlib'
watch "$newlib"
groups=

step='checking the result'
say "checking every instruction"
mkdir -p "$work/out/lib"
mv "$work/inst/mipsel-elf/include" "$work/out/"
# signal() and raise() of a system without signals: ExOS has its own.
$triple-ar d "$work/inst/mipsel-elf/lib/libc.a" lib_a-signal.o
mv "$work/inst/mipsel-elf/lib/libc.a" "$work/inst/mipsel-elf/lib/libm.a" \
	"$work/libgcc/libgcc.a" "$work/out/lib/"
"$here/../r3kcheck.py" --user --no-fp "$work"/out/lib/*.a >>"$log" 2>&1
printf '%s\n' "$id" >"$work/out/stamp"

step='moving the result into place'
rm -rf "$out"
mv -T "$work/out" "$out"
say "done: $out"
