# SPDX-License-Identifier: MIT
# The library OS, its programs, and the boot archive that holds them.
#
# A program is one file or one folder under exos/bin, bench/programs or
# tests/programs; nothing else names it.  Those of tests/programs are in
# images of their own, under build/tests.

NEWLIB := $(BUILD)/toolchain
# What every object of a program is compiled, and every program linked with,
# here and by exos-cc.
EXOS_CODE = $(R3K) -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections
EXOS_UNDEF := -U__linux__ -U__linux -Ulinux -U__unix__ -U__unix -Uunix \
	-U__gnu_linux__
EXOS_LDFLAGS := -EL -nostdlib -static --gc-sections -z max-page-size=4096
UCFLAGS = $(EXOS_CODE) -std=gnu11 -O2 -g -ffreestanding $(EXOS_UNDEF) \
	-nostdinc -isystem $(NEWLIB)/include -isystem $(GCCINC) $(WARN) \
	-Iaegis/include -Iexos/include -I$(GEN)

# Pinned, so linked whole; the rest is a library.
PINOBJ := $(patsubst %,$(BUILD)/%.o,$(basename $(wildcard exos/start/*.[cS] \
	$(filter-out exos/vm/pt-%,$(wildcard exos/vm/*.[cS])) \
	exos/vm/critical/*.[cS])))
LIBOBJ := $(patsubst %,$(BUILD)/%.o,$(basename $(filter-out $(wildcard \
	exos/start/* exos/vm/* exos/bin/*),$(wildcard exos/*/*.[cS])))) \
	$(BUILD)/gen/stubs.o

program_sources = $(foreach d,$(1),$(wildcard $(d)/*.[cS] $(d)/*/))
TESTSRC := $(call program_sources,tests/programs)
PROGSRC := $(call program_sources,exos/bin bench/programs) $(TESTSRC)
prog_name = $(basename $(notdir $(patsubst %/,%,$(1))))

# Page tables: exos/vm/pt-NAME.c and pt-NAME-miss.S.  A program has the first
# that the file `pt' in its folder names, or PT_program, or PT; with each other
# that the file names it is linked again, as program.NAME.  One with files pt-*
# in its folder brings its own.
PT ?= two-level
pt_file = $(if $(wildcard $(1)/pt),$(file <$(1)/pt))
pt_objects = $(patsubst %,$(BUILD)/exos/vm/pt-%.o,$(1) $(1)-miss)
pt_others = $(wordlist 2,99,$(call pt_file,$(1)))
# Told in a file, so that a program is linked again when it changes.
pt_stamp = $(BUILD)/pt/$(1)

prog_names = $(sort $(foreach s,$(1),$(call prog_name,$(s)) \
	$(patsubst %,$(call prog_name,$(s)).%,$(call pt_others,$(s)))))
PROGS := $(call prog_names,$(PROGSRC))
TESTPROGS := $(call prog_names,$(TESTSRC))

define UOBJ
$(BUILD)/$(1)/%.o: $(2)/%.c exos/build.mk $$(FLAGS) | $$(TOOLCHAIN) $$(GEN)/.syscalls
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)
	$$(Q)$$(CC) $$(UCFLAGS) -MMD -MP -c -o $$@ $$<
$(BUILD)/$(1)/%.o: $(2)/%.S exos/build.mk $$(FLAGS) | $$(TOOLCHAIN) $$(GEN)/.syscalls
	@mkdir -p $$(@D)
	$$(call say,AS,$$@)
	$$(Q)$$(CC) $$(UCFLAGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach d,exos bench tests,$(eval $(call UOBJ,$(d),$(d))))
$(PINOBJ) $(BUILD)/exos/vm/pt-%.o: UCFLAGS += -DEXOS_NEAR
$(BUILD)/gen/stubs.o: $(GEN)/stubs.S | $(TOOLCHAIN)
	$(Q)$(CC) $(UCFLAGS) -c -o $@ $<

$(GEN)/program.ld: exos/program.ld exos/include/exos/pin.h \
		aegis/include/aegis/env.h aegis/include/aegis/mem.h | packages
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -undef -D__ASSEMBLER__ -x c -Iaegis/include \
		-Iexos/include -o $@ $<

$(BUILD)/libexos.a: $(LIBOBJ)
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(CROSS)ar rcsD $@ $^

include exos/cc/build.mk
include exos/ports/build.mk

# One program from its file, or from all files of its folder.
define PROGRAM
PROGOBJ_$(1) := $(patsubst %,$(BUILD)/%.o,$(basename $(if $(wildcard \
	$(2)/.),$(wildcard $(2)/*.[cS]),$(2))))
PROGPT_$(1) := $(if $(wildcard $(2)/pt-*),,$(call pt_objects,$(3)))
ifneq ($$(file <$$(call pt_stamp,$(1))),$$(or $$(PROGPT_$(1)),own))
$$(shell mkdir -p $(BUILD)/pt)
$$(file >$$(call pt_stamp,$(1)),$$(or $$(PROGPT_$(1)),own))
endif
$$(foreach o,$$(PROGOBJ_$(1)),$$(if $$(filter pt-%,$$(notdir $$(o))),$$(o))): \
	UCFLAGS += -DEXOS_NEAR
-include $$(PROGOBJ_$(1):.o=.d)
$(BUILD)/bin/$(1).elf: $$(PROGOBJ_$(1)) $$(PROGPT_$(1)) $$(PINOBJ) \
		$$(BUILD)/libexos.a $(GEN)/program.ld $$(call pt_stamp,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(LD) $(EXOS_LDFLAGS) --fatal-warnings \
		-T $(GEN)/program.ld -Map $$(@:.elf=.map) -o $$@ $$(PINOBJ) \
		$$(PROGPT_$(1)) $$(PROGOBJ_$(1)) \
		--start-group $$(BUILD)/libexos.a \
		$$(NEWLIB)/lib/libc.a $$(NEWLIB)/lib/libm.a \
		$$(NEWLIB)/lib/libgcc.a --end-group
endef
$(foreach s,$(PROGSRC:/=),$(foreach n,$(call prog_name,$(s)),$(eval \
	$(call PROGRAM,$(n),$(s),$(firstword $(PT_$(n)) $(call pt_file,$(s)) \
	$(PT))))$(foreach t,$(call pt_others,$(s)),$(eval $(call \
	PROGRAM,$(n).$(t),$(s),$(t))))))
-include $(LIBOBJ:.o=.d) $(PINOBJ:.o=.d) $(wildcard $(BUILD)/exos/vm/pt-*.d)

# The list of programs is a file, so that the archive notices one that went.
$(BUILD)/programs.txt: FORCE
	@mkdir -p $(@D)
	@echo '$(PROGS)' | cmp -s - $@ || echo '$(PROGS)' > $@
.PHONY: FORCE
FORCE:

# A boot archive: programs as bin/NAME, what is in a folder, and links into bin.
# Each program begins on a page, so that it can be mapped where it lies.
define PACK
$(call say,TAR,$@)
@rm -rf $(@:.tar=) && mkdir -p $(@:.tar=)/bin
$(if $(2),$(Q)cp -RL $(2)/. $(@:.tar=))
$(Q)for p in $(1); do $(CROSS)strip -s "$$p" \
	-o $(@:.tar=)/bin/"$$(basename "$$p" .elf)" || exit 1; done
$(if $(3),$(Q)for d in $(3); do cp -rP "$$d"/. $(@:.tar=)/bin || exit 1; done)
$(Q)cd $(@:.tar=) && find . -mindepth 1 -maxdepth 1 -printf '%f\0' | \
	tar --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
	--mtime=@0 --null -T - -cf $(abspath $@).new
$(Q)scripts/align-archive.py < $@.new > $@ && rm $@.new
endef
BINARIES := $(patsubst %,$(BUILD)/bin/%.elf,$(filter-out $(TESTPROGS),$(PROGS)))
$(BUILD)/archive.tar: $(BINARIES) $(BUILD)/programs.txt scripts/align-archive.py
	$(call PACK,$(BINARIES))
# With what tests start beside their own.
IN_TESTS := $(patsubst %,$(BUILD)/bin/%.elf,$(TESTPROGS) hello events monitor)
$(TESTDIR)/archive.tar: $(IN_TESTS) $(BUILD)/programs.txt \
		scripts/align-archive.py
	$(call PACK,$(IN_TESTS))
# What a folder has is not looked through; a list of what else there is shows
# what went.
$(EXTRADIR)/list: FORCE
	@mkdir -p $(@D)
	@echo '$(PROGS) $(ADDED)' | cmp -s - $@ || echo '$(PROGS) $(ADDED)' > $@
$(EXTRADIR)/archive.tar: $(BINARIES) $(EXTRA) $(PORTED) $(EXTRADIR)/list \
		scripts/align-archive.py $(if $(FILES),FORCE)
	$(call PACK,$(BINARIES) $(EXTRA) $(PORTED:%/stamp=%/bin/*.elf),$(FILES),$(PORTED:%/stamp=%/links))
