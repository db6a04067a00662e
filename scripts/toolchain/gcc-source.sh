#!/bin/sh
# SPDX-License-Identifier: MIT
# Puts the few GCC sources that libgcc is made of into OUTDIR.
#
# usage: gcc-source.sh OUTDIR
#   GCC_SOURCE=FILE   use this gcc-12*.tar.xz or gcc-12-source*.deb
#
# They come from Debian's gcc-12-source.  That package is not installed: it is
# 83 MB and depends on ten tools nobody needs here.  It is downloaded (apt
# checks its signature), 105 small files are taken out, and the rest is dropped.
set -eu

out=${1:?usage: gcc-source.sh OUTDIR}
package=gcc-12-source
installed=/usr/src/gcc-12
# Of the files below, so that any other GCC fails loudly and not subtly.
expect=8115dc2c80c5b9cd1e4a313a4d844986ae555a44f59f01de6d7dc0075af20d97

say()
{
	echo "toolchain: $*"
}

die()
{
	echo "gcc-source: $*" >&2
	exit 1
}

# fetch: leave the .deb in the current directory, without root.
fetch()
{
	# User=root: no switch to _apt, who may not write here.
	set -- -q -o APT::Sandbox::User=root
	if apt-get "$@" download $package >apt.log 2>&1; then
		return
	fi
	# No package lists, or stale ones: fetch private ones.
	say "reading the Debian package lists"
	mkdir -p apt/lists/partial apt/cache/archives/partial
	set -- "$@" -o Dir::State::Lists="$PWD/apt/lists" \
		-o Dir::Cache="$PWD/apt/cache"
	if ! { apt-get "$@" update && apt-get "$@" download $package; } \
		>>apt.log 2>&1; then
		cat apt.log >&2
		die "cannot download $package.
Without a network, name a copy of it: GCC_SOURCE=gcc-12-source_*.deb"
	fi
}

# extract: the files wanted, from a source tar.xz on standard input.
extract()
{
	tar -xJ --strip-components=1 --wildcards \
		'gcc-*/libgcc/libgcc2.[ch]' \
		'gcc-*/libgcc/soft-fp' \
		'gcc-*/libgcc/config/mips/sfp-machine.h' \
		'gcc-*/gcc/tsystem.h' 'gcc-*/gcc/coretypes.h' \
		'gcc-*/include/longlong.h' 'gcc-*/include/filenames.h' \
		'gcc-*/include/hashtab.h' 'gcc-*/include/ansidecl.h'
}

# intact DIR: whether DIR holds the files expected.
intact()
{
	sum=$(cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum |
		sha256sum)
	[ "${sum%% *}" = "$expect" ]
}

mkdir -p "$(dirname "$out")"
out=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")
exec 8>"$out.lock"
flock 8
if [ -d "$out" ]; then
	! intact "$out" || exit 0
	rm -rf "$out"
fi

rm -rf "$out".work.*
work=$(mktemp -d "$out.work.XXXXXX")
mkdir "$work/src"
progress=
finish()
{
	status=$?
	trap - EXIT
	[ -z "$progress" ] || kill "$progress" 2>/dev/null || true
	rm -rf "$work"
	exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

source=${GCC_SOURCE-}
if [ -n "$source" ]; then
	[ -r "$source" ] || die "cannot read GCC_SOURCE=$source"
	source=$(cd "$(dirname "$source")" && pwd)/$(basename "$source")
else
	for f in "$installed"/gcc-12*.tar.xz; do
		[ ! -r "$f" ] || source=$f
	done
fi

cd "$work"
if [ -z "$source" ]; then
	say "downloading $package (83 MB)"
	while sleep 10 >/dev/null; do
		say "  $(du -sm . | cut -f 1) MB"
	done 8>&- 9>&- &
	progress=$!
	fetch
	kill "$progress"
	progress=
	for f in "$package"_*.deb; do
		source=$work/$f
	done
fi

say "unpacking libgcc's sources from $(basename "$source")"
cd src
case $source in
*.deb)
	dpkg-deb --fsys-tarfile "$source" |
		tar -xO --wildcards './usr/src/gcc-12/gcc-12*.tar.xz' | extract
	;;
*)
	extract <"$source"
	;;
esac
cd "$work"
intact src || die "$source does not hold GCC 12.2.0 (${sum%% *})"
mv -T src "$out"
