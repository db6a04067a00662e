#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the emulator launcher, its clock and its debugger interface.

Prints TAP lines. Needs gxemul, the cross compiler, and build/host/detclock.so.
With arguments, runs only the tests whose names contain one of them.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CONFIG = os.path.join(ROOT, "emu-config")
LAUNCH = os.path.join(CONFIG, "launch")
SHIM = os.path.join(ROOT, "build", "host", "detclock.so")
BUILD = os.path.join(ROOT, "build", "tests", "emu")
GUEST = os.path.join(BUILD, "guest.elf")

sys.dont_write_bytecode = True
sys.path[:0] = [CONFIG, os.path.dirname(HERE)]
import debugger  # noqa: E402
import gxemul  # noqa: E402
import tap  # noqa: E402
from tap import expect, test  # noqa: E402

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


def numbers(name, text):
    if isinstance(text, bytes):
        text = text.decode()
    return [int(n) for n in re.findall(rf"^{name} (\d+)\r?$", text, re.M)]


def expect_ticks(text, rounds, tick=TICK):
    """The ticks that so many instructions take, and when they came.

    The clock starts with the batch that programs it: a batch early or late.
    Then it does not drift: tick k is due at k tick, and never LATE later."""
    ticks, = numbers("ticks", text)
    at = numbers("at", text)
    done = rounds * ROUND
    low = (done - BATCH - LATE) // tick
    high = (done + ticks * HANDLER + BATCH) // tick
    expect(low <= ticks <= high, f"{ticks} ticks, not {low} to {high}")
    expect(len(at) == min(ticks, 64), at)
    for k, n in enumerate(at, 1):
        due = k * tick
        slack = BATCH + k * HANDLER
        expect(due - slack <= n * ROUND <= due + LATE,
               f"tick {k} after {n * ROUND} instructions, due at {due:.0f}")
    return ticks


@test
def clock_ticks_in_a_plain_run():
    expect_ticks(expect_end(launch(words=["do=ticks", "rounds=25000000"]), 0),
                 25000000)


@test
def clock_ticks_evenly():
    out = expect_end(launch(words=["do=ticks", "rounds=6000000"]), 0)
    at = numbers("at", out)
    for a, b in zip(at, at[1:]):
        expect(abs((b - a) * ROUND - TICK) <= LATE + HANDLER, a, b)


@test
def plain_traced_and_two_machine_runs_agree():
    rounds = 1000000                    # 4 million instructions, 10 ticks
    words = ["do=ticks", f"rounds={rounds}"]
    plain = expect_ticks(expect_end(launch(words=words), 0), rounds)

    lines = 0

    def count(data):
        nonlocal lines
        lines += data.count(b"\n")

    with debugger.Emulator(GUEST, words=words) as e:
        e.trace(count)
        expect(e.cont().reason == "halted", "traced run")
        text = e.console()
        traced = expect_ticks(text, rounds)
        expect(lines >= e.ninstrs() > rounds * ROUND, "trace", lines)
    # Here the clock is looked at after every instruction, so that the only
    # delay is GXemul's: devices tick after every other instruction.
    for k, n in enumerate(numbers("at", text), 1):
        early = k * TICK - n * ROUND
        expect(-8 <= early <= k * HANDLER, f"traced tick {k} at {n}")

    with tempfile.TemporaryDirectory() as d:
        log = os.path.join(d, "log")
        expect_end(launch("--config", "two-3max", "--log", log, words=words), 0)
        both = []
        for name in ("A", "B"):
            with open(f"{log}.{name}") as f:
                both.append(expect_ticks(f.read(), rounds))
    # A tick that is due within LATE of the end may or may not be counted.
    expect(max(plain, traced, *both) - min(plain, traced, *both) <= 1,
           plain, traced, both)


@test
def other_machines_have_their_own_clock_and_memory():
    rounds = 2000000
    words = ["do=ticks", f"rounds={rounds}"]
    for config in ("3100", "2100"):
        about = gxemul.machine(config)
        tick = about.clock_mhz * 1e6 / 64
        runs = [expect_end(launch("--config", config, words=words), 0)
                for _ in range(2)]
        expect(runs[0] == runs[1], config, *runs)
        plain = expect_ticks(runs[0], rounds, tick)
        with debugger.Emulator(GUEST, config=config, words=words) as e:
            expect(e.cp0()["prid"] == 0x100, "an R2000", e.cp0())
            expect(e.cont().reason == "halted", config)
            expect(abs(expect_ticks(e.console(), rounds, tick) - plain) <= 1,
                   config)
        seconds = rounds * ROUND / about.clock_mhz / 1e6
        count = ["do=count", f"rounds={rounds}"]
        for limit, code in (seconds - .01, 5), (seconds + .01, 0):
            expect_end(launch("--config", config, "--time-limit", str(limit),
                              words=count), code)
        for memory in (7, 25):
            expect_end(launch("--config", config, "--memory", str(memory)), 2,
                       f"within {gxemul.MEMORY_MIN} to 24, as a {config} has")


@test
def every_configuration_is_complete():
    for config in gxemul.configurations():
        about = gxemul.machine(config)
        expect(about.names and about.model, config)
        expect(gxemul.MEMORY_MIN <= about.memory_mb <= about.memory_max_mb,
               config)
        expect(10 <= about.clock_mhz <= 40, config)
        text = gxemul.fill_in(about, None, "n" * 16, " word")
        expect("@" not in text and f'memory("{about.memory_mb}")' in text,
               text)
    with tempfile.TemporaryDirectory() as d:
        copy = os.path.join(d, "emu-config")
        shutil.copytree(CONFIG, copy)
        with open(os.path.join(copy, "odd.gx"), "w") as f:
            f.write("machine( name(\"odd\") )\n")
        expect_end(launch("--config", "odd",
                          script=os.path.join(copy, "launch")), 6,
                   "does not tell model")


@test
def input_is_fed_on_the_other_machine_type():
    lines = b"".join(b"line %d of the input\n" % i for i in range(300))
    with tempfile.NamedTemporaryFile() as f:
        f.write(lines)
        f.flush()
        out = expect_end(launch("--config", "3100", "--input", f.name,
                                words=["do=echo", "lines=300"]), 0)
        expect(out == b"guest\r\n" + lines + b"aegis: halt 0\r\n", out[-99:])


@test
def two_machines_keep_their_consoles_apart():
    with tempfile.TemporaryDirectory() as d:
        log = os.path.join(d, "log")
        out = expect_end(launch("--config", "two-3max", "--log", log,
                                words=["do=print"]), 0)
        for name in ("A", "B"):
            with open(f"{log}.{name}") as f:
                text = f.read()
            expect(f" machine={name} do=print\n" in text, text)
            expect(text.endswith("aegis: halt 0\n"), text)
            expect(f"{name}: aegis: halt 0\r\n".encode() in out, out)


@test
def an_idle_machine_does_not_stop_the_clock_of_another():
    # A halts at once or idles; B's clock goes on.
    for what in ("halt", "idle"):
        with tempfile.TemporaryDirectory() as d:
            log = os.path.join(d, "log")
            launch("--config", "two-3max", "--log", log, "--time-limit", "3",
                   words=["do=ticks", "rounds=5000000", f"A={what}"])
            with open(log + ".B") as f:
                expect_ticks(f.read(), 5000000)


@test
def a_machine_that_idled_finds_the_clock_running():
    # B idles for 32 ticks while A is busy, until long after B wakes up.
    rounds = 5000000
    with tempfile.TemporaryDirectory() as d:
        log = os.path.join(d, "log")
        expect_end(launch("--config", "two-3max", "--log", log,
                          words=["do=late", "ticks=32", f"rounds={rounds}",
                                 "A=count"]), 0)
        with open(log + ".B") as f:
            late, = numbers("late", f.read())
    due = rounds * ROUND // TICK
    expect(due - 1 <= late <= due + 1, f"{late} ticks, not {due}")


@test
def real_time_mode():
    start = time.monotonic()
    out = expect_end(launch("--real-time", words=["do=idle", "ticks=64"]), 0)
    expect(b"ticks 64\r\n" in out, out)
    expect(time.monotonic() - start > 0.9, "a second passed in less")
    start = time.monotonic()
    expect_end(launch("--real-time", "--time-limit", "1",
                      words=["do=spin"]), 5, "1 seconds")
    expect(0.9 < time.monotonic() - start < 10, "limit of a second")


@test
def breakpoints_count_exactly():
    for rounds in (1, 1000, 123457):
        with debugger.Emulator(GUEST,
                               words=["do=count", f"rounds={rounds}"]) as e:
            a = e.add_breakpoint("spin")
            b = e.add_breakpoint("spin_end")
            stop = e.cont()
            expect(stop[:2] == ("breakpoint", a), stop)
            before = e.ninstrs()
            stop = e.cont()
            expect(stop[:2] == ("breakpoint", b), stop)
            n = e.ninstrs() - before
            expect(n == rounds * ROUND + 1, f"{n} in {rounds} rounds")
            e.remove_breakpoint(a)
            e.remove_breakpoint("spin_end")
            expect(e.cont().reason == "halted", "end")
            expect(e.console().endswith(f"aegis: halt {e.nonce} 0\r\n"),
                   e.console())


@test
def stops_do_not_disturb_the_clock():
    rounds = 3000000
    words = ["do=ticks", f"rounds={rounds}"]
    with debugger.Emulator(GUEST, words=words) as e:
        e.add_breakpoint("handle_exception")
        stops = 0
        while e.cont().reason == "breakpoint":
            stops += 1
        ticks = expect_ticks(e.console(), rounds)
        expect(stops == ticks, f"{stops} stops, {ticks} ticks")


@test
def trace_is_complete():
    rounds = 3000
    trace = []
    with debugger.Emulator(GUEST, words=["do=count", f"rounds={rounds}"]) as e:
        begin, end = e.add_breakpoint("spin"), e.add_breakpoint("spin_end")
        e.cont()
        before = e.ninstrs()
        e.trace(trace.append)
        e.cont()
        n = e.ninstrs() - before
        e.trace(None)
        word = e.symbol("rounds")
    records = list(debugger.parse_trace(b"".join(trace).splitlines()))
    expect(len(records) == n == rounds * ROUND + 1, len(records), n)
    first, last = records[0], records[-1]
    expect(first.pc == begin and first.label == "spin", first)
    expect(last.pc == end - 4 and last.delay_slot, last)
    stores = [r for r in records if r.mnemonic == "sw"]
    expect(len(stores) == rounds, "stores")
    expect(all(r.address == word and r.word >> 26 == 0x2b for r in stores),
           "store addresses")
    expect(sum(r.delay_slot for r in records) == rounds, "delay slots")


@test
def trace_shows_exceptions():
    trace = []
    with debugger.Emulator(GUEST, words=["do=ticks", "rounds=250000"]) as e:
        e.trace(trace.append)
        e.cont()
        ticks, = numbers("ticks", e.console())
        n = e.ninstrs()
    records = list(debugger.parse_trace(b"".join(trace).splitlines()))
    kinds = [r.kind for r in records
             if isinstance(r, debugger.ExceptionTaken)]
    expect(kinds == ["INT"] * ticks and ticks == 2, kinds)
    # the batch in which the guest halts is counted to its end
    traced = len(records) - ticks
    expect(abs(n - traced) <= BATCH, n, traced)


@test
def debugger_reads_and_writes():
    with debugger.Emulator(GUEST, words=["do=count"]) as e:
        e.add_breakpoint("spin")
        e.cont()
        code = e.read_memory("spin", 8)
        expect(code == bytes.fromhex("00000224 01004224"), code)
        expect(e.read_memory("spin", 7) == code[:7], "seven")
        e.write_memory(0x80020001, b"hello, world")
        expect(e.read_memory(0x80020000, 14) == b"\0hello, world\0", "write")
        registers = e.registers()
        expect(registers["pc"] == e.symbol("spin"), registers)
        expect(registers["a0"] == 1000 and len(registers) == 34, registers)
        e.set_register("a0", 5)                 # so five rounds only
        e.remove_breakpoint("spin")
        e.add_breakpoint("spin_end")
        before = e.ninstrs()
        e.cont()
        expect(e.ninstrs() - before == 5 * ROUND + 1, "five rounds")
        expect(e.cp0()["prid"] == 0x220, e.cp0())
        expect(e.tlbdump() == [(0, 0)] * 64, e.tlbdump())
        before = e.ninstrs()
        expect(e.step().reason == "step", "step")
        expect(e.ninstrs() > before, "step")
        for wrong in (lambda: e.add_breakpoint("nowhere"),
                      lambda: e.remove_breakpoint("spin"),
                      lambda: e.symbol("nowhere"),
                      lambda: e.set_register("nothing", 1)):
            try:
                wrong()
            except debugger.DebuggerError:
                continue
            expect(False, "no DebuggerError")


@test
def debugger_tells_how_it_ended():
    with debugger.Emulator(GUEST, words=["do=spin"], time_limit=0.5) as e:
        expect(e.cont().reason == "time-limit", "time limit")
    with debugger.Emulator(GUEST, words=["do=undefined"]) as e:
        stop = e.cont()
        expect(stop.reason == "halted" and "UNIMPLEMENTED" in stop.text, stop)


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


def main():
    trouble = prepare()
    if trouble:
        print("Bail out!", trouble)
        return 1
    tap.main()


if __name__ == "__main__":
    sys.exit(main())
