# SPDX-License-Identifier: MIT
# Measurements: exact instruction counts beside the paper's figures.

TABLES ?=
.PHONY: bench figure3 size
bench: $(BUILD)/aegis-chip.elf $(BUILD)/host/detclock.so	## measure; TABLES='5 6' runs a part
	@bench/bench.py $(BUILD)/aegis-chip.elf $(TABLES)
ifeq ($(TABLES),)
	@bench/figure3.py $(BUILD)/aegis-chip.elf
endif
figure3: $(BUILD)/aegis-chip.elf $(BUILD)/host/detclock.so	## run the stride scheduler of Figure 3
	@bench/figure3.py $(BUILD)/aegis-chip.elf
size: $(BUILD)/aegis-chip.elf			## bytes of the kernel, without tables
	@bench/size.py $<

# The test that the budgets notice one planted instruction needs these.
test test-long: $(PLANTS:%=$(BUILD)/aegis-%.elf)
