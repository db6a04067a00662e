# SPDX-License-Identifier: MIT
"""How GXemul is started, by the launcher and by the debugger alike.

A configuration template (*.gx) is filled in and put into a temporary
directory beside a link to the kernel image, and GXemul runs there under
build/host/detclock.so, which see for the clock and the consoles.  What else
there is to know of a machine is in a comment of the template:

    ! model=3100 clock_mhz=16.67 memory_mb=24 memory_max_mb=24
"""

import os
import re
import secrets
import shutil
import string
import subprocess
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
SHIM = os.path.join(os.path.dirname(HERE), "build", "host", "detclock.so")

NONCE_LENGTH = 16
NONCE_LETTERS = string.ascii_lowercase + string.digits
BOOTARG_MAX = 248       # GXemul has 250 bytes, core/emul_parse.c
MEMORY_MIN = 8          # MB: room for the archive of all programs


class HostError(Exception):
    """Something is missing or wrong on the host."""


class UsageError(Exception):
    """The caller asks for what cannot be."""


def make_nonce():
    return "".join(secrets.choice(NONCE_LETTERS) for _ in range(NONCE_LENGTH))


def boot_words(words=(), program=()):
    """The boot string's words after the nonce, init= last."""
    for word in words:
        if word.startswith(("nonce=", "init=", "machine=")):
            raise UsageError(f"boot argument {word!r}: the launcher sets this")
    for word in [*words, *program]:
        if not word:
            raise UsageError("empty boot argument")
        for c in word:
            if not "!" <= c <= "~" or c == '"':
                raise UsageError(f"boot argument {word!r}: {c!r} cannot be "
                                 "passed, only printable ASCII without "
                                 "space and '\"'")
    line = list(words)
    if program:
        line.append("init=" + " ".join(program))
    return "".join(" " + word for word in line)


def configurations():
    return sorted(f[:-3] for f in os.listdir(HERE) if f.endswith(".gx"))


class Machine(NamedTuple):
    """A configuration: text is the template, names are the consoles'."""
    text: str
    names: list
    model: str
    clock_mhz: float
    memory_mb: int
    memory_max_mb: int


def machine(config):
    path = os.path.join(HERE, config + ".gx")
    if config not in configurations():
        raise UsageError(f"no configuration {config!r}; there are: "
                         + ", ".join(configurations()))
    with open(path, encoding="ascii") as f:
        text = f.read()
    about = re.search(r"^! model=(\S+) clock_mhz=([0-9.]+) "
                      r"memory_mb=(\d+) memory_max_mb=(\d+)$", text, re.M)
    if not about:
        raise HostError(f"{path} does not tell model, clock and memory")
    return Machine(text, re.findall(r'^\s*name\("([^"]*)"\)', text, re.M),
                   about[1], float(about[2]), int(about[3]), int(about[4]))


def fill_in(about, memory, nonce, words):
    """The text of a configuration; memory None is the machine's usual."""
    if memory is None:
        memory = about.memory_mb
    if not MEMORY_MIN <= memory <= about.memory_max_mb:
        raise UsageError(f"memory: {memory} MB is not within {MEMORY_MIN} to "
                         f"{about.memory_max_mb}, as a {about.model} has")
    values = {"IMAGE": "image", "MEMORY": str(memory), "NONCE": nonce,
              "WORDS": words}
    text = re.sub(r"@([A-Z]+)@", lambda m: values[m[1]], about.text)
    for arg in re.findall(r'bootarg\("([^"]*)"\)', text):
        if len(arg) > BOOTARG_MAX:
            raise UsageError(f"boot string of {len(arg)} characters, "
                             f"{BOOTARG_MAX} is the most: {arg}")
    return text


class GXemul:
    """A running GXemul and the pipes to it.

    console     {read descriptor: machine name}
    output      read descriptor of the emulator's own text
    status      read descriptor of the shim's reports
    process     the subprocess.Popen
    """

    def __init__(self, image, *, config="3max", memory=None, words=(),
                 program=(), nonce=None, time_limit=60.0, real_time=False,
                 input_fd=None, debugger=False, shim=SHIM):
        self.nonce = nonce or make_nonce()
        about = machine(config)
        self.machines = about.names
        text = fill_in(about, memory, self.nonce, boot_words(words, program))
        gxemul = shutil.which("gxemul")
        if gxemul is None:
            raise HostError("gxemul is not installed or not in PATH")
        if not os.path.exists(shim):
            raise HostError(f"{shim} is not built; run `make` first")
        if not os.path.isfile(image):
            raise HostError(f"no kernel image {image}")

        self.directory = tempfile.mkdtemp(prefix="aegis-")
        inherited = []
        try:
            with open(os.path.join(self.directory, "config"), "w",
                      encoding="ascii") as f:
                f.write(text)
            os.symlink(os.path.abspath(image),
                       os.path.join(self.directory, "image"))

            self.console = {}
            for name in self.machines:
                r, w = os.pipe()
                self.console[r] = name
                inherited.append(w)
            consoles = ",".join(map(str, inherited))
            self.status, w = os.pipe()
            inherited.append(w)

            env = {k: v for k, v in os.environ.items()
                   if not k.startswith(("AEGIS_", "LD_")) and k != "DISPLAY"}
            env.update(LD_PRELOAD=shim, AEGIS_CONSOLE_FDS=consoles,
                       AEGIS_STATUS_FD=str(w),
                       AEGIS_CLOCK_HZ=repr(about.clock_mhz * 1e6),
                       AEGIS_TIME_LIMIT=repr(float(time_limit or 0)),
                       AEGIS_REAL_TIME=str(int(real_time)),
                       AEGIS_BLOCK_OUTPUT=str(int(debugger)))
            if input_fd is not None:
                env["AEGIS_INPUT_FD"] = str(input_fd)
            # -x: consoles of their own; -A: no colours; -D: no random seed
            args = [gxemul, "-x", "-A", "-D"]
            args += ["-V", "-v"] if debugger else ["-q"]
            self.process = subprocess.Popen(
                args + ["@config"], cwd=self.directory, env=env,
                stdin=subprocess.PIPE if debugger else subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
                start_new_session=True,
                pass_fds=inherited + ([] if input_fd is None else [input_fd]))
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        finally:
            for fd in inherited:
                os.close(fd)
        self.output = self.process.stdout.fileno()

    def close(self):
        """Stop the emulator if it runs, and remove its directory."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in [*self.console, self.status]:
            if fd is not None:
                os.close(fd)
        self.console, self.status = {}, None
        for f in (self.process.stdin, self.process.stdout):
            if f is not None:
                f.close()
        shutil.rmtree(self.directory, ignore_errors=True)
