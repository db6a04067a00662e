# SPDX-License-Identifier: MIT
"""What the tests of emu-config share: a guest of their own, and running it."""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CONFIG = os.path.join(ROOT, "emu-config")
LAUNCH = os.path.join(CONFIG, "launch")
SHIM = os.path.join(ROOT, "build", "host", "detclock.so")
BUILD = os.path.join(ROOT, "build", "tests", "emu")
GUEST = os.path.join(BUILD, "guest.elf")

sys.dont_write_bytecode = True
sys.path[:0] = [CONFIG, os.path.dirname(HERE)]
from tap import expect  # noqa: E402

CC = ("mipsel-linux-gnu-gcc -EL -march=r3000 -mabi=32 -msoft-float -mfp32 "
      "-mno-llsc -mno-abicalls -fno-pic -fno-pie -G0 -mno-gpopt -O2 "
      "-ffreestanding -nostdlib -static -Wall -Wextra -Werror "
      "-Wl,--build-id=none -Wl,-z,max-page-size=4096").split()

HZ = 25_000_000
TICK = HZ // 64                 # instructions, exactly
ROUND = 4                       # instructions of spin()
BATCH = 8192 + 240              # GXemul's batch, with the most it overruns
# A plain run looks at the clock after every batch, and GXemul's devices take
# notice after every 2^14 instructions, counted in batches: an interrupt may
# be late by two batches for the device and one for the processor.
LATE = 3 * BATCH
HANDLER = 1500                  # more than the handler executes a tick


def launch(*args, words=(), program=(), image=GUEST, script=LAUNCH, **options):
    """Run the launcher; (exit status, stdout, stderr)."""
    command = [sys.executable, script, "--host-limit", "100", *args]
    for word in words:
        command += ["--arg", word]
    command.append(image)
    if program:
        command += ["--", *program]
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(command, capture_output=True, timeout=300, **options)
    return done.returncode, done.stdout, done.stderr.decode()


def expect_end(result, code, text=""):
    rc, out, err = result
    expect(rc == code, f"exit status {rc}, not {code};", err)
    expect(text in err, f"no {text!r} in:", err)
    return out


def numbers(name, text):
    if isinstance(text, bytes):
        text = text.decode()
    return [int(n) for n in re.findall(rf"^{name} (\d+)\r?$", text, re.M)]


def prepare():
    for tool in ("gxemul", "mipsel-linux-gnu-gcc", "gcc"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if not os.path.exists(SHIM):
        return f"{SHIM} is not built"
    os.makedirs(BUILD, exist_ok=True)
    sources = [os.path.join(HERE, f) for f in ("start.S", "guest.c")]
    done = subprocess.run([*CC, "-T", os.path.join(HERE, "guest.ld"),
                           "-o", GUEST, *sources])
    return "the guest does not compile" if done.returncode else None
