# SPDX-License-Identifier: MIT
# Programs from outside: one folder each, built by build.sh, never by `make`
# unless an image is to have them (PORTS).

ALL_PORTS := $(patsubst exos/ports/%/port,%,$(wildcard exos/ports/*/port))
$(foreach p,$(PORTS),$(if $(filter $(p),$(ALL_PORTS)),,$(error no such port: \
	$(p); there are: $(ALL_PORTS))))
PORTED := $(PORTS:%=$(BUILD)/ports/%/stamp)

.PHONY: ports
ports: $(ALL_PORTS:%=$(BUILD)/ports/%/stamp)	## build the programs from outside, of Debian's sources

$(BUILD)/ports/%/stamp: exos/ports/%/port exos/ports/build.sh \
		exos/ports/fetch.sh exos/ports/config.site exos/cc/exos-cc \
		$(EXOSCC) $(PINOBJ) $(BUILD)/libexos.a $(GEN)/program.ld
	$(Q)BUILD=$(BUILD) exos/ports/build.sh $*
	@touch $@
