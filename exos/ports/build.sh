#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds one port: a program that others wrote, from its Debian source package.
#
# usage: build.sh NAME     BUILD=build folder of the tree
#   -> BUILD/ports/NAME/bin/PROGRAM.elf    BUILD/ports/NAME/links/NEW
#      BUILD/ports/NAME/src/
#
# exos/ports/NAME/port says, in sh:
#   source    path in Debian's pool     sha256    of that file
#   programs  what the build leaves, and is installed
#   links     other names, NEW:PROGRAM ...
#   options   of configure              targets   of make
# and may define configure() and build() where these are not enough.
#
# Configured and compiled anew only when the port, the compiler, a header or
# the set of calls that ExOS has is another; else linked anew, if ExOS's
# libraries are.
set -eu

name=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
EXOS_BUILD=$(cd "$root" && cd "${BUILD:-build}" && pwd)
export EXOS_BUILD
out=$EXOS_BUILD/ports/$name
log=$out/log
PATH=$root/exos/cc:$PATH
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS CC CFLAGS || true
LC_ALL=C
export PATH LC_ALL

die()
{
	echo "ports: $name: $*" >&2
	exit 1
}

configure()
{
	# shellcheck disable=SC2086,SC2154 # words; the port sets options
	CONFIG_SITE=$here/config.site EXOS_CHECK=no ./configure \
		--host="$(exos-cc -dumpmachine)" $options CC=exos-cc \
		AR=exos-ar RANLIB=exos-ranlib STRIP=exos-strip
}

build()
{
	# shellcheck disable=SC2086,SC2154 # a list of words
	make -j"$(nproc)" $targets
}

# What the objects of a port depend on.
kit()
{
	cat "$here/build.sh" "$here/config.site" "$here/$name/port" \
		"$EXOS_BUILD/toolchain/stamp" "$EXOS_BUILD/exos-cc/flags"
	cd "$root"
	find exos/include aegis/include -type f | sort | xargs cat
	exos-nm -g --defined-only "$EXOS_BUILD/libexos.a" 2>/dev/null |
		awk 'NF == 3 { print $3 }' | sort
}

options='' targets='' links=''
# shellcheck source=/dev/null
. "$here/$name/port"
: "${source:?}" "${sha256:?}" "${programs:?}"

"$here/fetch.sh" "$source" "$sha256" \
	"$EXOS_BUILD/port-sources/${source##*/}" || die "no sources"
mkdir -p "$out/bin"
exec 9>"$out/lock"
flock 9
kit=$(kit | sha256sum)
cd "$out"
if [ "$(cat kit 2>/dev/null)" = "$kit" ]; then
	# shellcheck disable=SC2086 # a list of words
	(cd src && rm -f $programs && build) >"$log" 2>&1 ||
		{ tail -n 20 "$log" >&2; die "linking failed; see $log"; }
else
	echo "ports: configuring and compiling $name (log: $log)"
	rm -rf src kit
	mkdir src
	tar -xf "$EXOS_BUILD/port-sources/${source##*/}" -C src \
		--strip-components=1
	(cd src && configure && build) >"$log" 2>&1 ||
		{ tail -n 20 "$log" >&2; die "failed; see $log"; }
	echo "$kit" >kit
fi
for p in $programs; do
	cp "src/$p" "bin/${p##*/}.elf"
done
rm -rf links
mkdir links
for l in $links; do
	ln -s "${l#*:}" "links/${l%%:*}"
done
