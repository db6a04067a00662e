#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles libgcc's 64-bit integer and floating-point helpers; a step of
# build.sh.
#
# usage: libgcc.sh GCC-SOURCE OUTDIR  ->  OUTDIR/libgcc.a
#
# Debian's own libgcc.a is position independent MIPS32r2 code.
set -eu

src=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
triple=mipsel-linux-gnu

r3k=$(sed '/^#/d' "$here/r3k.flags" | tr '\n' ' ')
cflags="$r3k -O2 -g0 -ffreestanding -fno-stack-protector
	-fno-asynchronous-unwind-tables -ffunction-sections
	-fbuilding-libgcc -DIN_LIBGCC2 -DIN_GCC -DUSED_FOR_TARGET
	-Dinhibit_libc"

# Functions of libgcc2.c, chosen one by one with -DL<name>.
integer="_muldi3 _negdi2 _lshrdi3 _ashldi3 _ashrdi3 _cmpdi2 _ucmpdi2
	_absvsi2 _absvdi2 _addvsi3 _addvdi3 _subvsi3 _subvdi3 _mulvsi3
	_mulvdi3 _negvsi2 _negvdi2 _ffssi2 _ffsdi2 _clz _clzsi2 _clzdi2
	_ctzsi2 _ctzdi2 _popcount_tab _popcountsi2 _popcountdi2 _paritysi2
	_paritydi2 _clrsbsi2 _clrsbdi2 _bswapsi2 _bswapdi2 _powisf2 _powidf2
	_mulsc3 _muldc3 _divsc3 _divdc3 _udiv_w_sdiv _udivmoddi4 _divdi3
	_moddi3 _divmoddi4 _udivdi3 _umoddi3"
# Files of soft-fp/.
float="adddf3 addsf3 subdf3 subsf3 muldf3 mulsf3 divdf3 divsf3 negdf2 negsf2
	eqdf2 eqsf2 gedf2 gesf2 ledf2 lesf2 unorddf2 unordsf2 extendsfdf2
	truncdfsf2 fixdfsi fixsfsi fixdfdi fixsfdi fixunsdfsi fixunssfsi
	fixunsdfdi fixunssfdi floatsidf floatsisf floatdidf floatdisf
	floatunsidf floatunsisf floatundidf floatundisf"

mkdir -p "$out/stub"
cd "$out"
# Stand-ins for three headers that configuring GCC would have made.
: >stub/tconfig.h
: >stub/libgcc_tm.h
cat >stub/tm.h <<'EOF'
#define BITS_PER_UNIT 8
#define BITS_PER_WORD 32
#define UNITS_PER_WORD 4
#define MIN_UNITS_PER_WORD 4
EOF

compile()
{
	# shellcheck disable=SC2086 # a list of flags
	$triple-gcc $cflags -Istub -I"$src/libgcc" -I"$src/gcc" \
		-I"$src/include" -I"$src/libgcc/config/mips" \
		-I"$src/libgcc/soft-fp" -c "$@"
}

for f in $integer; do
	compile -DL"$f" "$src/libgcc/libgcc2.c" -o "$f.o"
done
for f in $float; do
	compile "$src/libgcc/soft-fp/$f.c" -o "$f.o"
done
$triple-ar rcsD libgcc.a ./*.o
