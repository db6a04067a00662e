# SPDX-License-Identifier: MIT
"""The launcher: how a guest ends, its input and words, and what is missing."""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

from guest import (CONFIG, GUEST, HZ, LAUNCH, ROUND, expect_end, launch)
import gxemul
from tap import expect, test


@test
def halt_with_status_0():
    out = expect_end(launch(words=["do=halt"]), 0)
    expect(out == b"guest\r\naegis: halt 0\r\n", out)


@test
def halt_with_status_1():
    out = expect_end(launch(words=["do=halt", "status=1"]), 1, "status 1")
    expect(out == b"guest\r\naegis: halt 1\r\n", out)


@test
def panic():
    expect_end(launch(words=["do=panic"]), 3, "panic")


@test
def forged_halt_line_is_not_believed():
    out = expect_end(launch(words=["do=forge"]), 4, "without the kernel's word")
    expect(b"aegis: halt 0\r\n" in out, out)


@test
def forged_halt_line_does_not_hide_the_true_one():
    expect_end(launch(words=["do=forge", "then=fail"]), 1, "status 7")


@test
def halt_line_must_be_the_last():
    expect_end(launch(words=["do=babble"]), 4)


@test
def undefined_opcode_stops_the_emulator():
    with tempfile.TemporaryDirectory() as d:
        log = os.path.join(d, "log")
        expect_end(launch("--log", log, words=["do=undefined"]), 4,
                   "UNIMPLEMENTED instruction")
        with open(log, "rb") as f:
            text = f.read()
        expect(text.startswith(b"guest\r\n---- emulator ----\n"), text)
        expect(b"UNIMPLEMENTED" in text, text)


@test
def time_limit_is_in_emulated_time():
    expect_end(launch("--time-limit", "3", words=["do=spin"]), 5, "time limit")
    seconds = 20e6 / HZ
    words = ["do=count", f"rounds={int(20e6) // ROUND}"]
    expect_end(launch("--time-limit", str(seconds - .01), words=words), 5)
    expect_end(launch("--time-limit", str(seconds + .01), words=words), 0)


@test
def time_passes_in_an_idle_guest():
    expect_end(launch("--time-limit", "1000", words=["do=idle"]), 5)


@test
def idle_time_is_skipped_tick_by_tick():
    start = time.monotonic()
    out = expect_end(launch("--time-limit", "100.5",
                            words=["do=idle", "ticks=6400"]), 0)
    expect(b"ticks 6400\r\n" in out, out)
    expect(time.monotonic() - start < 50, "100 idle seconds took long")
    expect_end(launch("--time-limit", "99.5",
                      words=["do=idle", "ticks=6400"]), 5)


@test
def stdin_is_silent():
    for stdin in (subprocess.DEVNULL, subprocess.PIPE):
        out = expect_end(launch(words=["do=listen"], stdin=stdin), 0)
        expect(b"characters 0\r\n" in out, out)


@test
def input_is_fed_whole():
    # several times what GXemul's and the UART's queues hold
    lines = b"".join(b"line %d of the input\n" % i for i in range(1000))
    with tempfile.NamedTemporaryFile() as f:
        f.write(lines)
        f.flush()
        out = expect_end(launch("--input", f.name,
                                words=["do=echo", "lines=1000"]), 0)
        expect(out == b"guest\r\n" + lines + b"aegis: halt 0\r\n", out[-99:])
        out = expect_end(launch("--input", f.name, "--time-limit", "2",
                                words=["do=echo", "lines=1001"]), 5)
        expect(out == b"guest\r\n" + lines, "silence after the input")


@test
def two_runs_are_identical():
    with tempfile.TemporaryDirectory() as d:
        keys = os.path.join(d, "keys")
        with open(keys, "w") as f:
            f.write("some input\n" * 50)
        for words in (["do=ticks", "rounds=5000000"], ["do=print"],
                      ["do=idle", "ticks=50"], ["do=echo", "lines=50"]):
            logs = []
            for i in range(3):
                log = os.path.join(d, "log")
                out = expect_end(launch("--log", log, "--input", keys,
                                        words=words), 0)
                with open(log, "rb") as f:
                    logs.append(f.read())
                expect(logs[-1] == out, "log and screen differ")
            expect(logs[0] == logs[1] == logs[2], words, logs)


@test
def boot_string_arrives():
    letters = "".join(chr(c) for c in range(33, 127) if chr(c) != '"')
    out = expect_end(launch(words=["do=print", letters],
                            program=["prog", "-x", "init=y"]), 0)
    expect(f"do=print {letters} init=prog -x init=y\r\n".encode() in out, out)
    used = len("nonce=") + 16 + len(" do=print ")
    longest = "x" * (gxemul.BOOTARG_MAX - used)
    out = expect_end(launch(words=["do=print", longest]), 0)
    expect(f" {longest}\r\n".encode() in out, out)
    expect_end(launch(words=["do=print", longest + "x"]), 2, "boot string")


@test
def wrong_use_is_refused():
    for words in (['a"b'], ["a b"], ["\x01"], ["\xe9"], [""], ["init=x"],
                  ["nonce=x"]):
        expect_end(launch(words=words), 2, "boot argument")
    expect_end(launch("--config", "vax"), 2, "two-3max")
    expect_end(launch("--memory", "4000"), 2, "memory")
    expect_end(launch("--nonsense"), 2)
    expect_end(launch(image="/nonexistent"), 6, "kernel image")


@test
def missing_shim_is_named():
    with tempfile.TemporaryDirectory() as d:
        copy = os.path.join(d, "emu-config")
        shutil.copytree(CONFIG, copy)
        expect_end(launch(words=["do=halt"],
                          script=os.path.join(copy, "launch")), 6,
                   "detclock.so is not built")


@test
def missing_gxemul_is_named():
    expect_end(launch(words=["do=halt"], env={"PATH": "/nonexistent"}), 6,
               "gxemul is not installed")


@test
def emulator_without_the_shim_is_not_believed():
    with tempfile.TemporaryDirectory() as d:
        fake = os.path.join(d, "gxemul")
        with open(fake, "w") as f:
            f.write("#!/bin/sh\nunset LD_PRELOAD\necho I am an impostor\n")
        os.chmod(fake, 0o755)
        expect_end(launch(words=["do=halt"],
                          env={"PATH": f"{d}:{os.environ['PATH']}"}), 6,
                   "impostor")


@test
def shim_refuses_an_unknown_emulator():
    with tempfile.TemporaryDirectory() as d:
        source, fake = os.path.join(d, "fake.c"), os.path.join(d, "gxemul")
        with open(source, "w") as f:
            f.write("#include <sys/time.h>\nint main(void) {"
                    "struct itimerval t = { .it_interval = { 1, 0 } };"
                    "return setitimer(ITIMER_REAL, &t, 0); }\n")
        subprocess.run(["gcc", "-o", fake, source], check=True)
        expect_end(launch(words=["do=halt"],
                          env={"PATH": f"{d}:{os.environ['PATH']}"}), 6,
                   "no processor found")


@test
def emulator_dies_with_the_launcher():
    p = subprocess.Popen([sys.executable, LAUNCH, "--time-limit", "0",
                          "--arg", "do=spin", GUEST],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    expect(p.stdout.readline() == b"guest\r\n", "start")
    with open(f"/proc/{p.pid}/task/{p.pid}/children") as f:
        child, = f.read().split()
    p.kill()
    p.wait()
    p.stdout.close()
    for _ in range(100):
        try:
            with open(f"/proc/{child}/stat") as f:
                if f.read().split()[2] == "Z":
                    return
        except OSError:
            return
        time.sleep(0.05)
    os.kill(int(child), signal.SIGKILL)
    expect(False, "the emulator goes on")


@test
def interactive_terminal():
    main, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    p = subprocess.Popen([sys.executable, LAUNCH, "--interactive", "--arg",
                          "do=echo", "--arg", "lines=3", GUEST],
                         stdin=terminal, stdout=terminal, stderr=terminal,
                         start_new_session=True)
    text = b""

    def until(wanted):
        nonlocal text
        while wanted not in text:
            expect(select.select([main], [], [], 30)[0], wanted, "in", text)
            text += os.read(main, 1000)

    try:
        until(b"guest")
        os.write(main, b"a\x03b\n")             # Ctrl-C is the guest's
        until(b"a\x03b")
        os.write(main, b"\x1d")                 # Ctrl-] is the launcher's
        expect(p.wait(30) == 130, p.returncode)
        expect(termios.tcgetattr(terminal) == before, "terminal not restored")
    finally:
        p.kill()
        p.wait()
        os.close(main)
        os.close(terminal)


@test
def interactive_from_a_file():
    with tempfile.TemporaryFile() as keys:
        keys.write(b"a\nb\n")
        keys.seek(0)
        done = subprocess.run([sys.executable, LAUNCH, "--interactive",
                               "--arg", "do=echo", "--arg", "lines=2", GUEST],
                              stdin=keys, capture_output=True, timeout=60)
    expect((done.returncode, done.stdout)
           == (0, b"guest\r\na\nb\naegis: halt 0\r\n"), done)
