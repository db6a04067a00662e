# SPDX-License-Identifier: MIT
"""The clock that counts executed instructions, on every machine type."""
import os
import shutil
import tempfile
import time

from guest import (BATCH, CONFIG, GUEST, HANDLER, LATE, ROUND, TICK,
                   expect_end, launch, numbers)
import debugger
import gxemul
from tap import expect, test


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
