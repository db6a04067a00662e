# SPDX-License-Identifier: MIT
# The preload library that ties GXemul's clock to executed instructions.
# It runs in the emulator, so it is built with the host's compiler.

HOSTCC ?= gcc
DETCLOCK := emu-config/detclock.c emu-config/gxstate.c

$(BUILD)/host/detclock.so: $(DETCLOCK) emu-config/gxstate.h \
		emu-config/build.mk
	@mkdir -p $(@D)
	$(HOSTCC) -std=gnu11 -O2 -Wall -Wextra -fPIC -shared \
		-o $@ $(DETCLOCK) -ldl -lm
