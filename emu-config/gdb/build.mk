# SPDX-License-Identifier: MIT
# The bridge between gdb and GXemul's debugger: a host program, and symbols
# for the exception vectors where the kernel copies them to.

GDBDIR := emu-config/gdb
GDBOUT := $(BUILD)/host/gdb
# The parts that know no emulator: what the fuzz driver links as well.
RSPSRC := $(addprefix $(GDBDIR)/,rsp.c packet.c query.c)
BRIDGESRC := $(RSPSRC) $(addprefix $(GDBDIR)/,emulator.c machine.c image.c \
	kernel.c programs.c breaks.c watch.c stop.c run.c monitor.c \
	description.c client.c bridge.c)
BRIDGEFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Iaegis/include -Iaegis/trap \
	-Iexos/include -I$(GEN)

$(GEN)/.gdb-layout: $(GDBDIR)/layout.c $(GDBDIR)/build.mk $(FLAGS) \
		scripts/gen-offsets.sh | $(TOOLCHAIN) $(GEN)/.syscalls
	@mkdir -p $(@D)
	$(Q)scripts/gen-offsets.sh $(GEN)/gdb-layout.h $(CC) $(UCFLAGS) \
		-Iaegis/trap -MMD -MP -MF $(GEN)/gdb-layout.d -MT $@ \
		-S -o - $(GDBDIR)/layout.c
	@touch $@
$(GEN)/gdb-layout.h: $(GEN)/.gdb-layout ;
-include $(GEN)/gdb-layout.d

$(GDBOUT)/bridge: $(BRIDGESRC) $(wildcard $(GDBDIR)/*.h) $(GDBDIR)/build.mk \
		$(GEN)/.gdb-layout
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(HOSTCC) $(BRIDGEFLAGS) -o $@ $(BRIDGESRC)

# The same bridge for tests, and its parsers fed with garbage: sanitizers end
# them at the first fault.
CHECKED := -O1 -g -fno-sanitize-recover=all -fsanitize=address,undefined
$(GDBOUT)/bridge-checked: $(BRIDGESRC) $(wildcard $(GDBDIR)/*.h) \
		$(GDBDIR)/build.mk $(GEN)/.gdb-layout
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(HOSTCC) $(BRIDGEFLAGS) $(CHECKED) -o $@ $(BRIDGESRC)
$(GDBOUT)/fuzz-packets: tests/gdb/fuzz_packets.c $(RSPSRC) \
		$(wildcard $(GDBDIR)/*.h) $(GDBDIR)/build.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(HOSTCC) $(BRIDGEFLAGS) $(CHECKED) -I$(GDBDIR) -o $@ $< $(RSPSRC)
$(GDBOUT)/fuzz-image: tests/gdb/fuzz_image.c $(GDBDIR)/image.c \
		$(GDBDIR)/image.h $(GDBDIR)/build.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(HOSTCC) $(BRIDGEFLAGS) $(CHECKED) -I$(GDBDIR) -o $@ $< \
		$(GDBDIR)/image.c

# The vectors as the kernel has them, each half a section of its own, linked
# to where it is copied.  Only lines change, so their numbers stay; jumps out
# of here have no place to go to.
$(GDBOUT)/vectors-%.elf: aegis/trap/vectors.S $(GDBDIR)/vectors.ld \
		$(GDBDIR)/build.mk \
		$(GEN)/.syscalls | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(KCFLAGS) $(KDEFS_$*) -E $< | sed \
		-e 's/^utlb_vector:/.section .utlb, "ax"; &/' \
		-e 's/^utlb_vector_end:/.text; &/' \
		-e 's/^general_vector:/.section .general, "ax"; &/' \
		-e 's/^general_vector_end:/.text; &/' \
		-e 's/\<j[[:space:]][[:space:]]*[a-z_]*/nop/' | \
		$(CC) $(R3K) -g -x assembler -c -o $(@:.elf=.o) -
	$(Q)$(LD) -EL -nostdlib -static -T $(GDBDIR)/vectors.ld \
		-o $@ $(@:.elf=.o)

.PHONY: debug debugger debugger-tests
debugger-tests: debugger $(GDBOUT)/bridge-checked $(GDBOUT)/fuzz-packets \
	$(GDBOUT)/fuzz-image
# Everything but gdb; TAP tests and editors start from here.
debugger: all $(GDBOUT)/bridge $(VARIANTS:%=$(GDBOUT)/vectors-%.elf)
debug: debugger $(IMAGE)				## gdb on the running machine; PROG='name args' debugs one program
	@scripts/setup.sh base debug
	@$(GDBDIR)/debug --config $(MACHINE) $(IMAGE) \
		$(if $(PROG),-- $(PROG))
