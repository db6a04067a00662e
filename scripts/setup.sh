#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages of packages.txt that are missing.
#
# usage: setup.sh [-n] [GROUP...]      default group: base
#   -n   only say what is missing (exit status 1 if anything is)
#
# Does nothing, and needs no privilege, when every package is there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
list=$here/packages.txt

die()
{
	echo "setup: $*" >&2
	exit 1
}

dry=no
if [ "${1-}" = -n ]; then
	dry=yes
	shift
fi
[ $# -gt 0 ] || set -- base

command -v dpkg-query >/dev/null ||
	die "this is not a Debian system; install what $list names by hand"

want=
for group; do
	names=$(awk -v g="$group" '$1 == g { print $2 }' "$list")
	[ -n "$names" ] || die "no group '$group' in $list"
	want="$want $names"
done

# dpkg-query fails when a package is unknown to it; its output is what counts.
# shellcheck disable=SC2086 # a list of words
have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $want \
	2>/dev/null) || true
missing=
for p in $want; do
	case "
$have
" in
	*"
installed $p
"*) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$dry" = yes ]; then
	echo "setup: missing:$missing"
	exit 1
fi

release=$(sed -n 's/^PRETTY_NAME="\(.*\)"$/\1/p' /etc/os-release 2>/dev/null) ||
	true
case $release in
*"Linux 12"*) ;;
*) echo "setup: warning: made for Debian 12, this is ${release:-unknown}" >&2 ;;
esac

if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif command -v sudo >/dev/null; then
	as_root=sudo
else
	die "missing:$missing
setup: neither root nor sudo here; as root, run:
    apt-get update && apt-get install --no-install-recommends$missing"
fi

apt()
{
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=300 "$@"
}

echo "setup: installing$missing${as_root:+ (through sudo)}"
apt update || die "apt-get update failed: see its messages above"
# shellcheck disable=SC2086 # a list of words
apt install --no-install-recommends -y $missing ||
	die "apt-get install failed: see its messages above"
echo "setup: done"
