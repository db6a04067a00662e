# SPDX-License-Identifier: MIT
# What exos-cc needs to know: the flags, paths and objects of build.mk, as
# files in GCC's own formats.  Written anew when the tree was moved.

EXOSCC := $(BUILD)/exos-cc/specs $(BUILD)/exos-cc/flags \
	$(BUILD)/exos-cc/no-check.specs
# Libraries that makefiles name, and whose content is in libc or nowhere.
EXOSCC += $(patsubst %,$(BUILD)/exos-cc/lib/lib%.a,pthread rt dl)
# keep_same: put $@.new in the place of $@ only if it differs.
keep_same = cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/exos-cc/specs: exos/cc/specs.in $(BUILD)/libexos.a $(PINOBJ) \
		$(call pt_objects,$(PT)) $(GEN)/program.ld FORCE | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)sed -e '/^#/d' \
		-e 's|@UNDEF@|$(EXOS_UNDEF)|' \
		-e 's|@INCLUDE@|$(foreach d,exos/include aegis/include $(GEN) \
			$(NEWLIB)/include $(GCCINC),-isystem \
			$(abspath $(d)))|' \
		-e 's|@PINNED@|$(abspath $(PINOBJ) $(call pt_objects,$(PT)))|' \
		-e 's|@LDFLAGS@|$(EXOS_LDFLAGS)|' \
		-e 's|@SCRIPT@|$(abspath $(GEN)/program.ld)|' \
		-e 's|@LIBDIRS@|$(foreach d,$(BUILD) $(NEWLIB)/lib \
			$(BUILD)/exos-cc/lib,-L$(abspath $(d)))|' \
		-e 's|@CHECK@|$(abspath exos/cc/check)|' \
		$< > $@.new
	$(Q)$(keep_same)
$(BUILD)/exos-cc/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(EXOS_CODE) -B$(abspath $(NEWLIB)/lib)' > $@.new
	@$(keep_same)
$(BUILD)/exos-cc/no-check.specs:
	@mkdir -p $(@D)
	@printf '*post_link:\n\n\n' > $@
$(BUILD)/exos-cc/lib/lib%.a: | $(TOOLCHAIN)
	@mkdir -p $(@D)
	@$(CROSS)ar rcsD $@
