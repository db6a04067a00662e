#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches one file of a Debian source package, from the mirror that apt uses.
#
# usage: fetch.sh POOL-PATH SHA256 FILE
#   PORT_SOURCES=DIR   take it from there; nothing is downloaded
#
# Does nothing if FILE has that sum.  A wrong sum is an error, whoever gave it.
set -eu

path=$1 sum=$2 file=$3
base=${path##*/}

die()
{
	echo "fetch: $*" >&2
	exit 1
}

right()
{
	echo "$sum  $1" | sha256sum -c --status 2>/dev/null
}

! right "$file" || exit 0
mkdir -p "$(dirname "$file")"
if [ -n "${PORT_SOURCES-}" ]; then
	right "$PORT_SOURCES/$base" ||
		die "$PORT_SOURCES has no $base of sum $sum"
	cp "$PORT_SOURCES/$base" "$file"
	exit
fi

# Where the lists of binary packages come from, the pool of sources is too.
mirrors=$(apt-get --print-uris update |
	sed -n "s|^'\([^']*\)/dists/[^']*/InRelease'.*|\1|p" | sort -u)
[ -n "$mirrors" ] || die "apt knows no Debian mirror"
echo "fetch: $base"
for mirror in $mirrors; do
	# User=root: no switch to _apt, who may not write here.
	! /usr/lib/apt/apt-helper -q -o APT::Sandbox::User=root \
		-o Acquire::Retries=2 download-file "$mirror/$path" \
		"$file.new" "SHA256:$sum" >"$file.log" 2>&1 || break
done
if ! right "$file.new"; then
	cat "$file.log" >&2
	rm -f "$file.new"
	die "cannot download $path.
Without a network, name a folder that has it: PORT_SOURCES=folder"
fi
mv "$file.new" "$file"
rm -f "$file.log"
