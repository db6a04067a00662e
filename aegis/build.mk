# SPDX-License-Identifier: MIT
# The kernel, once a variant: each is the same source with other defines.
#
#   chip    for a real R3000; what benchmarks measure
#   debug   closes GXemul's protection hole, keeps the event ring and checks
#           its own invariants; what `run` and `test` use
#   plant-N chip with one instruction planted in path N, for the budget test

VARIANTS := chip debug
PLANTS := plant-1 plant-2 plant-3 plant-4

KDEFS_chip :=
KDEFS_debug := -DCLOSE_HOLE -DEVENTS -DCHECKS
$(foreach n,1 2 3 4,$(eval KDEFS_plant-$(n) := -DPLANT=$(n)))

KSRC := $(wildcard aegis/*/*.c aegis/*/*.S)
KSRC := $(filter-out aegis/boot/attach.S aegis/trap/offsets.c,$(KSRC))
GEN := $(BUILD)/gen
# The kernel's C leaves t4-t8 alone, so the stack path need not clear them.
KFIXED := $(addprefix -ffixed-,12 13 14 15 24)
KCFLAGS = $(R3K) $(KFIXED) -std=c11 -O2 -g -ffreestanding -fno-builtin \
	-fno-stack-protector -fno-asynchronous-unwind-tables -nostdinc \
	-isystem $(GCCINC) $(WARN) -Iaegis/include -Iaegis/core -Iaegis/trap -I$(GEN)

# Generated files keep their time when their content stays the same, so
# stamps stand for them, and only who includes a changed one is rebuilt.
SYSTBL := aegis/include/aegis/syscalls.tbl
SYSGEN := $(GEN)/syscalls_kernel.h $(GEN)/syscall_thunks.h \
	$(GEN)/syscall_table.h $(GEN)/syscall_shows.h \
	$(GEN)/aegis/syscalls.h $(GEN)/aegis/sysnames.h \
	$(GEN)/aegis/sysnum.h $(GEN)/stubs.S $(GEN)/syscalls.json
$(GEN)/.syscalls: $(SYSTBL) scripts/gen-syscalls.py \
		aegis/include/aegis/error.h
	@mkdir -p $(GEN)/aegis
	$(Q)scripts/gen-syscalls.py --entries 64 \
		--errors aegis/include/aegis/error.h \
		--numbers $(GEN)/aegis/sysnum.h --table $(GEN)/syscall_table.h \
		--thunks $(GEN)/syscall_thunks.h \
		--shows $(GEN)/syscall_shows.h --names $(GEN)/aegis/sysnames.h \
		--kernel $(GEN)/syscalls_kernel.h --stubs $(GEN)/stubs.S \
		--header $(GEN)/aegis/syscalls.h --json $(GEN)/syscalls.json \
		--manual docs/syscalls.md $(SYSTBL)
	@touch $@
$(SYSGEN): $(GEN)/.syscalls ;

$(GEN)/.offsets: aegis/trap/offsets.c aegis/build.mk $(FLAGS) scripts/gen-offsets.sh \
		| $(TOOLCHAIN) $(GEN)/.syscalls
	@mkdir -p $(@D)
	$(Q)scripts/gen-offsets.sh $(GEN)/offsets.h $(CC) $(KCFLAGS) -MMD -MP \
		-MF $(GEN)/offsets.d -MT $@ -S -o - aegis/trap/offsets.c
	@touch $@
$(GEN)/offsets.h: $(GEN)/.offsets ;
-include $(GEN)/offsets.d

define KERNEL
$(BUILD)/aegis/$(1)/%.o: aegis/%.c aegis/build.mk $$(FLAGS) | $$(TOOLCHAIN) $$(GEN)/.syscalls
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)
	$$(Q)$$(CC) $$(KCFLAGS) $$(KDEFS_$(1)) -MMD -MP -c -o $$@ $$<
$(BUILD)/aegis/$(1)/%.o: aegis/%.S aegis/build.mk $$(FLAGS) | $$(TOOLCHAIN) $$(GEN)/.syscalls \
		$$(GEN)/.offsets
	@mkdir -p $$(@D)
	$$(call say,AS,$$@)
	$$(Q)$$(CC) $$(KCFLAGS) $$(KDEFS_$(1)) -MMD -MP -c -o $$@ $$<
KOBJ_$(1) := $$(patsubst aegis/%,$(BUILD)/aegis/$(1)/%.o,$$(basename $$(KSRC)))
-include $$(KOBJ_$(1):.o=.d)
$(BUILD)/aegis-$(1).elf $(TESTDIR)/aegis-$(1).elf $(EXTRADIR)/aegis-$(1).elf: \
		%/aegis-$(1).elf: \
		$$(KOBJ_$(1)) %/archive.o $(GEN)/kernel.ld
	$$(call say,LD,$$@)
	$$(Q)$$(LD) -EL -nostdlib -static --fatal-warnings -T $(GEN)/kernel.ld \
		-Map $$(@:.elf=.map) -o $$@ $$(KOBJ_$(1)) $$(@D)/archive.o
endef
$(foreach v,$(VARIANTS) $(PLANTS),$(eval $(call KERNEL,$(v))))

$(GEN)/kernel.ld: aegis/kernel.ld aegis/trap/fast.h \
		aegis/include/aegis/mem.h | packages
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -undef -D__ASSEMBLER__ -x c -Iaegis/include \
		-Iaegis/trap -o $@ $<

%/archive.o: %/archive.tar aegis/boot/attach.S | $(TOOLCHAIN)
	$(Q)$(CC) $(R3K) -DARCHIVE='"$<"' -c -o $@ aegis/boot/attach.S
