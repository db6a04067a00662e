# SPDX-License-Identifier: MIT
# The preload library that ties GXemul's clock to executed instructions.
# It runs in the emulator, so it is built with the host's compiler.

HOSTCC ?= gcc

$(BUILD)/host/detclock.so: emu-config/detclock.c emu-config/build.mk
	@mkdir -p $(@D)
	$(HOSTCC) -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -MMD -MP \
		-MF $(@:.so=.d) -o $@ $< -ldl -lm

-include $(BUILD)/host/detclock.d
