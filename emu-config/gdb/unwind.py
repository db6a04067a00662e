# SPDX-License-Identifier: MIT
"""gdb's way through assembly of the kernel and of ExOS to interrupted code.

Call frame information cannot name the EPC register, and gdb would not show
the names of frames that it knows as signal frames. So the files below are
unwound here, from where they keep the interrupted registers: EPC and the
registers themselves, the kernel's frame, or ExOS's save areas.
"""

import os
import re

import gdb
from gdb.FrameDecorator import FrameDecorator
from gdb.unwinder import Unwinder, register_unwinder

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
KERNEL = {"vectors.S", "syscall.S", "syscall_thunks.h", "leaf.S", "frame.S"}
PROGRAM = {"pin.S"}
USER_END = 0x80000000
NAMES = ("zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 "
         "s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp s8 ra").split()
CP0 = ("status badvaddr cause index random entrylo context entryhi epc "
       "prid").split()


def constants():
    """Offsets: of ExOS by its header, of the kernel as generated."""
    names = {"AE_SAVE_EPC": 12}
    for path in ("exos/include/exos/pin.h", "build/gen/offsets.h"):
        with open(os.path.join(ROOT, path), encoding="ascii") as f:
            text = f.read()
        for name, value in re.findall(r"^#define (\w+)\s+(\w+)", text, re.M):
            if value in names:
                names[name] = names[value]
            elif re.fullmatch(r"0x[0-9a-f]+|\d+", value):
                names[name] = int(value, 0)
    return names


C = constants()


def extend(address):
    """As gdb has addresses of this processor: 64 bits, with sign."""
    address &= 0xffffffff
    return address | 0xffffffff00000000 if address >= USER_END else address


def word(address):
    memory = gdb.selected_inferior().read_memory(extend(address), 4)
    return int.from_bytes(memory.tobytes(), "little")


def address_of(symbol):
    return int(gdb.parse_and_eval(f"(unsigned)&'{symbol}'")) & 0xffffffff


def source_of(pc):
    table = gdb.find_pc_line(pc).symtab
    return os.path.basename(table.filename) if table else ""


def symbol_at(pc):
    """Name and address of the label at or before pc."""
    m = re.match(r"(\S+)(?: \+ (\d+))? in section",
                 gdb.execute(f"info symbol {pc:#x}", to_string=True))
    return (m[1], pc - int(m[2] or 0)) if m else ("", pc)


class Trap(Unwinder):
    """Frames between a trap and what it interrupted."""

    def __init__(self):
        super().__init__("aegis")

    def __call__(self, pending):
        pc = extend(int(pending.read_register("pc")))
        source = source_of(pc)
        if source not in KERNEL and source not in PROGRAM:
            return None
        try:
            sp = self.get(pending, "sp")
            if source in KERNEL:
                regs = self.kernel(pending, source, sp)
            else:
                regs = self.program(pending, pc, sp)
        except gdb.error:
            return None
        if regs is None:
            return None
        info = pending.create_unwind_info(Id(extend(sp), symbol_at(pc)[1]))
        u32 = gdb.selected_inferior().architecture().integer_type(32, False)
        for name in CP0:
            regs[name] = self.get(pending, name)
        for name in ("hi", "lo"):
            regs.setdefault(name, self.get(pending, name))
        for name, value in regs.items():
            value = gdb.Value(value & 0xffffffff).cast(u32)
            info.add_saved_register(name, value)
        return info

    @staticmethod
    def get(pending, name):
        return int(pending.read_register(name)) & 0xffffffff

    def same(self, pending):
        """What gdb is not told of a register it takes for lost."""
        return {name: self.get(pending, name) for name in NAMES}

    def kernel(self, pending, source, sp):
        if sp < USER_END:           # nothing but k0, k1, v0, a0 has changed
            return {**self.same(pending),
                    "pc": self.get(pending, "epc")}
        if source == "frame.S":     # r16 points to the frame
            frame = self.get(pending, "s0")
            if frame not in (address_of("kframe"),
                             address_of("panic_frame")):
                frame = address_of("kframe")
            kind = gdb.lookup_type("struct frame").pointer()
            f = gdb.Value(extend(frame)).cast(kind).dereference()
            regs = {NAMES[n]: int(f["reg"][n]) for n in range(1, 32)}
            return {**regs, "hi": int(f["hi"]), "lo": int(f["lo"]),
                    "pc": int(f["epc"])}
        top = address_of("kstack_top")
        return {**self.same(pending), "sp": word(top + C["KS_SP"]),
                "ra": word(top + C["KS_RA"]), "pc": self.get(pending, "epc")}

    def program(self, pending, pc, sp):
        name = symbol_at(pc)[0]
        gp = self.get(pending, "gp")
        if name in ("exos_init", "exos_yield", "exos_prologue"):
            return None
        regs = self.same(pending)
        if name == "exos_exception" and self.called(pc):
            return {**regs, **self.frame(sp)}
        area = {"exos_miss": "PIN_TLBX", "exos_miss_tlbwr": "PIN_TLBX",
                "miss_fault": "PIN_TLBX", "stub_tlbx": "PIN_TLBX",
                "exos_epilogue": "PIN_INTX", "stub_intx": "PIN_INTX",
                "exos_park": "PIN_INTX"}.get(name, "PIN_GENX")
        area = C[area] + gp
        into = pc - symbol_at(pc)[1]
        for n in range(3):
            regs[f"a{n}"] = word(area + 4 * n)
        if name.startswith("exos_m") and (into >= 28 or "tlbwr" in name):
            for register in ("v0", "a3", "t0", "t1"):
                regs[register] = word(area + C["X_" + register.upper()])
        at_entry = name in ("exos_miss", "exos_exception", "exos_epilogue") \
            and into < 8
        regs["pc"] = self.get(pending, "a0") if at_entry and \
            name != "exos_epilogue" else word(area + C["X_EPC"])
        return regs

    @staticmethod
    def called(pc):
        """Is pc where a call returns to?"""
        return word(pc - 8) >> 26 == 3

    def frame(self, sp):
        """The frame that exos_exception has built."""
        kind = gdb.lookup_type("struct exos_frame").pointer()
        f = gdb.Value(extend(sp)).cast(kind).dereference()
        regs = {f"t{n}": int(f["t"][n]) for n in range(8)}
        for name in ("at", "v0", "v1", "a0", "a1", "a2", "a3", "t8", "t9",
                     "sp", "ra"):
            regs[name] = int(f[name])
        return {**regs, "hi": int(f["hi"]), "lo": int(f["lo"]),
                "pc": int(f["epc"])}


class Id:
    """What gdb wants of a frame's identity."""

    def __init__(self, sp, pc):
        self.sp = gdb.Value(sp)
        self.pc = gdb.Value(pc)


class Exact(FrameDecorator):
    """An interrupted frame: its pc is that of the very instruction, where
    gdb looks one instruction before as after a call."""

    def __init__(self, base):
        super().__init__(base)
        self.at = base.inferior_frame().pc()

    def function(self):
        block = gdb.block_for_pc(self.at)
        while block and not block.function:
            block = block.superblock
        return block.function.name if block else symbol_at(self.at)[0]

    def same(self):
        frame = self.inferior_frame().function()
        return frame and frame.name == self.function()

    def frame_args(self):
        return super().frame_args() if self.same() else None

    def line(self):
        return gdb.find_pc_line(self.at).line

    def filename(self):
        table = gdb.find_pc_line(self.at).symtab
        return table.filename if table else None


class Interrupted:
    """Frame filter: those that a trap interrupted are Exact."""

    name = "aegis"
    enabled = True
    priority = 100

    def filter(self, frames):
        trap = False
        for f in frames:
            frame = f.inferior_frame()
            yield Exact(f) if trap else f
            source = source_of(frame.pc())
            trap = source in KERNEL or source in PROGRAM


gdb.frame_filters["aegis"] = Interrupted()
register_unwinder(None, Trap(), replace=True)


def expand(event=None):
    """gdb 13 finds no line of assembly above 0x7fffffff by address before
    it has read that unit's symbols."""
    gdb.execute(r"maint expand-symtabs \.S$", to_string=True)


gdb.events.new_objfile.connect(expand)
expand()
