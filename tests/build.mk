# SPDX-License-Identifier: MIT
# The whole test suite; TEST='word ...' runs the tests with such names.

.PHONY: test
test: all					## run every test (TEST='word ...' for a part)
	@tests/run.py $(TEST)
