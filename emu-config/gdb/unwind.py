# SPDX-License-Identifier: MIT
"""gdb's way from assembly that stops a program to the code it interrupted.

Where C was called, call frame information leads on. Before that it cannot:
it cannot name the EPC register, and gdb shows no name and no line of what it
knows as a signal frame. So the innermost frame, if it is in the files below,
is unwound here, from where they keep the interrupted registers: EPC and the
registers themselves, the kernel's frame, or ExOS's save areas.

The pc of the interrupted frame is that of the next instruction, as after a
call: gdb looks one back. (If it is in a delay slot, that of the branch.)
"""

import os
import re

import gdb
from gdb.unwinder import Unwinder, register_unwinder

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
KERNEL = {"vectors.S", "syscall.S", "syscall_thunks.h", "leaf.S", "frame.S"}
PROGRAM = {"pin.S", "miss.S", "miss.inc"}
USER_END = 0x80000000
SW, GP = 43, 28                 # an opcode, a register
NAMES = ("zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 "
         "s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp s8 ra").split()
CP0 = ("status badvaddr cause index random entrylo context entryhi epc "
       "prid").split()


def constants():
    """Offsets: of ExOS by the headers, of the kernel as generated."""
    names = {}
    for path in ("aegis/include/aegis/env.h", "exos/include/exos/pin.h",
                 "build/gen/offsets.h"):
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


# Where the code after a label has a0 to a2, and EPC; not after a trap if it
# is not here.
AREAS = {"stub_tlbx": ("PIN_TLBX", "PIN_TLBX"),
         "stub_genx": ("PIN_GENX", "PIN_GENX"),
         "stub_intx": ("PIN_INTX", "PIN_INTX"),
         "stub_tabx": ("PIN_TLBX", "PIN_TABX"),
         "stub_trap": ("PIN_TRAP", "PIN_TRAP"),
         "exos_miss": ("PIN_TLBX", "PIN_TLBX"),
         "exos_miss_pinned": ("PIN_TLBX", "PIN_TABX"),
         "exos_miss_fault": ("PIN_TLBX", "PIN_TLBX"),
         "exos_mod": ("PIN_GENX", "PIN_GENX"),
         "exos_mod_declined": ("PIN_TRAP", "PIN_TRAP"),
         "exos_exception": ("PIN_GENX", "PIN_GENX"),
         "exos_epilogue": ("PIN_INTX", "PIN_INTX"),
         "exos_park": ("PIN_INTX", "PIN_INTX")}
# Where the code that has EPC, BadVAddr, Cause in a0 to a2 is entered.
ENTRIES = {"exos_miss": "exos_miss", "exos_miss_pinned": "exos_miss_pinned",
           "exos_miss_fault": "exos_miss", "exos_mod": "exos_mod",
           "exos_mod_declined": "exos_mod",
           "exos_exception": "exos_exception"}
OTHERS = ("stub_end", "ctx_full", "exos_prologue", "exos_yield",
          "exos_mod_end", "exos_init")


def first_argument(area):
    return C["EXOS_PIN"] + C[area] + \
        C["F_A0" if area == "PIN_TRAP" else "AE_SAVE_A0"]


def epc_of(area):
    return C["EXOS_PIN"] + C[area] + {"PIN_TRAP": C["F_EPC"], "PIN_TABX": 0} \
        .get(area, C["AE_SAVE_EPC"])


def region(pc):
    """The label of these files that pc is after."""
    best = ("", 0)
    for name in (*OTHERS, *AREAS):      # of two at one address, the second
        try:
            at = address_of(name)
        except gdb.error:
            continue
        if best[1] <= at <= pc:
            best = (name, at)
    return best[0]


def stored(start, pc):
    """Where code from start to before pc has put registers away, by $gp."""
    found = {}
    for at in range(start, pc, 4):
        instruction = word(at)
        if instruction >> 26 == SW and instruction >> 21 & 31 == GP:
            found.setdefault(NAMES[instruction >> 16 & 31],
                             C["EXOS_PIN"] + (instruction & 0xffff))
    return found


class Trap(Unwinder):
    """Frames between a trap and what it interrupted."""

    def __init__(self):
        super().__init__("aegis")

    def __call__(self, pending):
        pc = extend(int(pending.read_register("pc")))
        source = source_of(pc)
        if pending.level() > 0 or source not in KERNEL | PROGRAM:
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
        # The interrupted stack: gdb ends where a stack seems to go back.
        info = pending.create_unwind_info(Id(extend(regs["sp"]),
                                             symbol_at(pc)[1]))
        u32 = gdb.selected_inferior().architecture().integer_type(32, False)
        # Cause of the trap, if no other has come since.
        if regs["pc"] != self.get(pending, "epc") or \
                self.get(pending, "cause") >> 31 == 0:
            regs["pc"] += 4
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
        name = region(pc)
        if name not in AREAS:
            return None
        regs = self.same(pending)
        arguments, area = AREAS[name]
        start = address_of(ENTRIES.get(name, name))
        saved = stored(start, pc) if name in ENTRIES else {}
        if name not in ENTRIES or "a0" in saved:
            regs["pc"] = word(epc_of(area))
        else:
            regs["pc"] = self.get(pending, "a0")
            if name == "exos_miss" and pc == start + 4:
                regs["pc"] += self.get(pending, "gp")   # less gp, just now
        if name != "exos_exception":
            for register in saved.keys() - {"a0", "a1", "a2"}:
                regs[register] = word(saved[register])
        for i, register in enumerate(("a0", "a1", "a2")):
            regs[register] = word(first_argument(arguments) + 4 * i)
        estack = address_of("exos_estack")
        if name == "exos_exception" and 0 <= sp - estack < C["ESTACK_BYTES"]:
            regs["sp"] = word(sp + C["F_SP"])
        return regs


class Id:
    """What gdb wants of a frame's identity."""

    def __init__(self, sp, pc):
        self.sp = gdb.Value(sp)
        self.pc = gdb.Value(pc)


register_unwinder(None, Trap(), replace=True)


def expand(event=None):
    """gdb 13 finds nothing by address above 0x7fffffff in a unit whose
    symbols it has not read yet; the kernel's are few."""
    gdb.execute("maint expand-symtabs aegis/", to_string=True)


gdb.events.new_objfile.connect(expand)
expand()
