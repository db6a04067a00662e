# SPDX-License-Identifier: MIT
# One door to everything; `make help` lists the entry points.

.DEFAULT_GOAL := all
BUILD := build
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = @$(if $(filter 0,$(V)),printf '  %-4s %s\n' $(1) $(patsubst $(BUILD)/%,%,$(2)),true)

CROSS := mipsel-linux-gnu-
CC := $(CROSS)gcc
LD := $(CROSS)ld
HOSTCC := gcc
FLAGS := scripts/toolchain/r3k.flags
R3K := $(shell sed 's/\#.*//' $(FLAGS) | tr '\n' ' ')
# Asked when first needed: the compiler may have to be installed first.
GCCINC = $(eval GCCINC := $(shell $(CC) -print-file-name=include))$(GCCINC)
WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes
TOOLCHAIN := $(BUILD)/toolchain/stamp

export BUILD

# Programs (made with exos-cc), a folder of files, and programs from outside
# (exos/ports) that the user adds to the boot archive; they go into an image of
# their own.
EXTRA ?=
FILES ?=
PORTS ?=
PROG ?=
# `make run' alone is a shell.
ifeq ($(filter run,$(MAKECMDGOALS))$(PROG),run)
override PORTS += dash
override PROG := dash
endif
EXTRADIR ?= $(BUILD)/extra
# The images that have the programs of tests/programs.
TESTDIR := $(BUILD)/tests
ADDED := $(strip $(EXTRA) $(FILES) $(PORTS))
$(foreach f,$(EXTRA) $(FILES),$(if $(wildcard $(f)),,$(error no such file: $(f))))

include aegis/build.mk
include exos/build.mk

IMAGES := $(VARIANTS:%=$(BUILD)/aegis-%.elf)
TEST_IMAGES := $(VARIANTS:%=$(TESTDIR)/aegis-%.elf)
# What `run', `debug' and `trace-events' boot: the image that has the program.
IMAGE := $(if $(ADDED),$(EXTRADIR),$(if $(filter \
	$(firstword $(PROG)),$(TESTPROGS)),$(TESTDIR),$(BUILD)))/aegis-debug.elf

include emu-config/build.mk
-include bench/build.mk
-include tests/build.mk
-include emu-config/gdb/build.mk
-include scripts/trace-events.mk

.PHONY: all help setup run image clean check compile_commands.json
all: $(IMAGES) $(BUILD)/host/detclock.so $(EXOSCC)	## build both kernels and all programs

help:						## list the entry points
	@sed -n 's/^\([a-z0-9_.-]*\):.*## /\1\t/p' \
		$(filter %Makefile %.mk,$(MAKEFILE_LIST)) | \
		awk -F'\t' '{ printf "  make %-22s %s\n", $$1, $$NF }'

# Packages, then Newlib and libgcc; each does nothing when it is there.
setup: $(TOOLCHAIN)				## install packages, build Newlib and libgcc

.PHONY: packages
packages:
	@scripts/setup.sh
$(TOOLCHAIN): $(wildcard scripts/toolchain/*) | packages
	@scripts/toolchain/build.sh $(BUILD)/toolchain
	@touch $@
$(BUILD)/host/detclock.so: | packages

MACHINE ?= 3max
run: all $(IMAGE)				## boot into a shell; PROG='name args' instead, MACHINE=3100
	@emu-config/launch --interactive --config $(MACHINE) $(IMAGE) \
		-- $(PROG)

image: $(IMAGE)					## with EXTRA='program...' FILES=folder PORTS='name...': the image that has them

# Everything that can be said of the tree without running it.
SHELLS = $(shell git ls-files '*.sh') .ci/run \
	exos/cc/exos-cc exos/cc/exos-ar exos/cc/check
# leave.h holds assembler macros, which clang-format cannot read.
CSOURCES = $(filter-out aegis/trap/leave.h,$(shell git ls-files '*.c' '*.h'))
check: all $(TEST_IMAGES) $(PLANTS:%=$(BUILD)/aegis-%.elf)	## formats, linters, hazards, generated files, paper map
	@scripts/setup.sh base check
	scripts/check-format.py $(CSOURCES)
	shellcheck $(SHELLS)
	$(CPPCHECK) -Iaegis/include -Iaegis/core -Iaegis/trap -I$(GEN) aegis
	tests/tree/run.py
	git diff --exit-code --stat docs/syscalls.md
	@echo "check: all is well"
CPPCHECK := cppcheck --quiet --error-exitcode=1 --inline-suppr \
	--enable=warning,portability --std=c11 --platform=unix32 \
	--suppress=missingIncludeSystem --suppress=comparePointers

compile_commands.json: $(GEN)/.syscalls		## for editors and clangd
	@scripts/compile-commands.py $@

clean:						## remove what was built, but not the toolchain
	@rm -f compile_commands.json
	@test ! -d $(BUILD) || find $(BUILD) -mindepth 1 -maxdepth 1 \
		! -name 'toolchain*' ! -name gcc-source \
		! -name port-sources -exec rm -rf {} +
