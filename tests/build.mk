# SPDX-License-Identifier: MIT
# The whole test suite; TEST='word ...' runs the tests with such names.

.PHONY: test test-long
test: all $(TEST_IMAGES)					## run every test (TEST='word ...' for a part)
	@tests/run.py $(TEST)
test-long: all $(TEST_IMAGES)					## the same, in real time too, and what takes long
	@tests/run.py --long $(TEST)

# What adversaries run is linked for where they have it, and kept as bytes.
ADVERSARY := $(BUILD)/tests/programs/adversary
ADVERSARY_OBJ := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(patsubst \
	tests/%.S,$(BUILD)/tests/%.o,$(wildcard tests/programs/adversary/code/*)))
-include $(ADVERSARY_OBJ:.o=.d)
$(ADVERSARY_OBJ): UCFLAGS += -fno-tree-loop-distribute-patterns
$(BUILD)/bin/adversary-code.elf: $(ADVERSARY_OBJ) tests/programs/adversary/code.ld
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(LD) -EL -nostdlib -static --fatal-warnings \
		-T tests/programs/adversary/code.ld -o $@ $(ADVERSARY_OBJ)
$(ADVERSARY)/code.bin: $(BUILD)/bin/adversary-code.elf
	$(Q)$(CROSS)objcopy -O binary $< $@
$(ADVERSARY)/bytes.o: UCFLAGS += -DADVERSARY_CODE='"$(ADVERSARY)/code.bin"'
$(ADVERSARY)/bytes.o: $(ADVERSARY)/code.bin
