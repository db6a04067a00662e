# SPDX-License-Identifier: MIT
# What gdb must know before it connects; emu-config/gdb/debug reads this in.
set architecture mips:3000
set endian little
set osabi none
# Programs' files are on this host, and are those that the image holds.
set sysroot
# A breakpoint in a program stays set while another program is shown.
set breakpoint always-inserted on
set breakpoint pending on
set print pretty on
# A step in a program is not one into the kernel; break there, or use stepi.
skip -gfi aegis/trap/*.S
skip -gfi exos/start/pin.S
skip -gfi exos/vm/miss.S
skip -gfi exos/vm/miss.inc
set remotetimeout 60

define program
	monitor program $arg0
	sharedlibrary
end
document program
program NAME
Show the symbols of a program of the boot archive, so that breakpoints can
be set in it before it runs.  At the next stop it is the current one again.
end
