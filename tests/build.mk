# SPDX-License-Identifier: MIT
# The whole test suite; TEST='word ...' runs the tests with such names.

.PHONY: test test-long
test: all					## run every test (TEST='word ...' for a part)
	@tests/run.py $(TEST)
test-long: all					## the same, in real time too, and what takes long
	@tests/run.py --long $(TEST)
