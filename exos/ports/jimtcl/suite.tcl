# SPDX-License-Identifier: MIT
# Runs Jim's own test suite: all of it, or the files named.  The suite lies in
# /jimtcl, read-only, and many of its tests write beside themselves.

proc copy {from to} {
	file mkdir $to
	foreach f [glob -nocomplain -directory $from *] {
		set t $to/[file tail $f]
		if {[file isdirectory $f]} {
			copy $f $t
		} else {
			file copy $f $t
		}
	}
}

copy /jimtcl /tmp/jimtcl
if {[llength $argv]} {
	foreach f [glob /tmp/jimtcl/tests/*.test] {
		if {[file tail $f] ni $argv} {
			file delete $f
		}
	}
}
cd /tmp/jimtcl/tests
set argv0 runall.tcl
set argv {}
source runall.tcl
