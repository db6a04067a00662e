# SPDX-License-Identifier: MIT
# What a program makes the kernel do, as text and for Perfetto.

.PHONY: trace-events
trace-events: all $(IMAGE)				## event trace into build/trace; PROG='name args' (hello), RING=1: from the kernel's ring
	@mkdir -p $(BUILD)/trace
	@scripts/trace-events.py --image $(IMAGE) $(if $(RING),--ring) \
		--text $(BUILD)/trace/events.txt \
		--json $(BUILD)/trace/events.json $(or $(PROG),hello)
	@echo "$(BUILD)/trace/events.txt, $(BUILD)/trace/events.json"
