#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generate everything that depends on the list of Aegis calls.

The table has one call a line, fields separated by `|`; `#` starts a comment:

  number | name | path | result | arguments | meaning | errors

  number     0 .. entries-1; once given, a number keeps its meaning
  path       leaf: assembly that saves nothing (leaf_<name>)
             stack: C on the kernel stack (stack_<name> jumps to sys_<name>)
             transfer: written by hand on both sides; it has a number and a
             page in the manual only, and its number may be `-`
  result     int (negative: an error), u32, or void
  arguments  names in the order of registers a0 a1 a2 a3 t0 t1 t2 t3;
             x.lo x.hi are the halves of a 64-bit value
  errors     names of <aegis/error.h> without AE_

Each output is written only when its content changes.
"""
import argparse
import json
import os
import pathlib
import re
import sys
import textwrap

REGISTERS = 'a0 a1 a2 a3 t0 t1 t2 t3'.split()
IN_REGISTERS = 4                # o32: the others come on the caller's stack
PATHS = ('leaf', 'stack', 'transfer')
RESULTS = {'int': 's32', 'u32': 'u32', 'void': 'void'}
KEYWORDS = frozenset('''
    auto break case char const continue default do double else enum extern
    float for goto if inline int long register restrict return short signed
    sizeof static struct switch typedef union unsigned void volatile while
    u8 u16 u32 s32'''.split())


class TableError(Exception):
    """All that is wrong with a table, one line each."""


class Call:
    def __init__(self, fields):
        (number, self.name, self.path, self.result, args, self.meaning,
         errors) = fields
        self.number = number
        self.args = args.split()
        self.errors = errors.split()

    def names(self):
        return [a.replace('.', '_') for a in self.args]

    def shown(self):
        """The arguments of which an event may tell: of the first three,
        those that are no part of a capability; else None."""
        first = (self.args + 3 * [None])[:3]
        return [a if a and '.' not in a else None for a in first]

    def prototype(self, prefix, result):
        """A C declaration, folded at 80 columns."""
        # '~' stands for a space at which a line must not be broken.
        args = ', '.join(f'u32~{a}' for a in self.names()) or 'void'
        lines = textwrap.wrap(f'{result}~{prefix}{self.name}({args});', 78)
        rest = textwrap.wrap(' '.join(lines[1:]), 70)
        lines = lines[:1] + ['\t' + line for line in rest]
        return '\n'.join(lines).replace('~', ' ')


def faults(call, entries, known):
    """What is wrong with one call, taken alone."""
    if call.number == '-' and call.path == 'transfer':
        pass
    elif not re.fullmatch(r'[0-9]+', call.number):
        yield f"number '{call.number}' is not a number"
    elif int(call.number) >= entries:
        yield f'number {call.number} is above {entries - 1}'
    if not re.fullmatch(r'[A-Za-z][A-Za-z0-9_]*', call.name):
        yield f"name '{call.name}' is not an identifier"
    if call.path not in PATHS:
        yield f"path '{call.path}' is not one of {', '.join(PATHS)}"
    if call.result not in RESULTS:
        yield f"result '{call.result}' is not one of {', '.join(RESULTS)}"
    if len(call.args) > len(REGISTERS):
        yield f'{len(call.args)} arguments, but {len(REGISTERS)} registers'
    for arg in call.args:
        if (not re.fullmatch(r'[a-z][a-z0-9_]*(\.(lo|hi))?', arg) or
                arg in KEYWORDS):
            yield f"argument '{arg}' is not a name"
    names = call.names()
    for name in sorted(set(names)):
        if names.count(name) > 1:
            yield f"argument '{name}' is there twice"
    if not call.meaning:
        yield 'the meaning is missing'
    if '*/' in call.meaning:
        yield "'*/' in the meaning would end a comment"
    if call.errors and call.result == 'void':
        yield 'errors, but no result to report them'
    for error in dict.fromkeys(call.errors):
        if not re.fullmatch(r'E[A-Z0-9]+', error):
            yield f"error '{error}' is not an error name"
        elif known and error not in known:
            yield f"error '{error}' is not in the list of errors"
        elif call.errors.count(error) > 1:
            yield f"error '{error}' is there twice"


def parse(text, file, entries=256, known=None):
    """The calls of a table, in order of number; raises TableError."""
    calls, wrong, numbers, names = [], [], {}, {}
    for line_number, line in enumerate(text.split('\n'), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue

        def fault(what, at=line_number):
            wrong.append(f'{file}:{at}: {what}')

        fields = [f.strip() for f in line.split('|')]
        if len(fields) != 7:
            fault(f'{len(fields)} fields, not 7')
            continue
        call = Call(fields)
        found = list(faults(call, entries, known))
        for what in found:
            fault(what)
        if found:
            continue
        call.number = None if call.number == '-' else int(call.number)
        if call.number is not None:
            if call.number in numbers:
                fault(f'number {call.number} is that of '
                      f'{numbers[call.number]}')
            numbers[call.number] = call.name
        if call.name in names:
            fault(f"name '{call.name}' is that of line {names[call.name]}")
        names[call.name] = line_number
        calls.append(call)
    if not calls and not wrong:
        wrong.append(f'{file}: no calls')
    if wrong:
        raise TableError('\n'.join(wrong))
    return sorted(calls, key=lambda c: (c.number is None, c.number or 0))


def read_errors(text):
    """{name: (value, meaning)} from the lines of <aegis/error.h>."""
    return {name: (int(value), meaning) for name, value, meaning in
            re.findall(r'^#define\s+AE_(E[A-Z0-9]+)\s+\((-[0-9]+)\)'
                       r'\s*/\*\s*(.*?)\s*\*/', text, re.M)}


def banner(what):
    return (f'/* SPDX-License-Identifier: MIT */\n/* {what}\n'
            ' * Generated from syscalls.tbl by gen-syscalls.py. */\n')


def numbered(calls):
    return [c for c in calls if c.number is not None]


def numbers(calls, entries, **_):
    """SYS_x: number; SYSV_x: what v0 holds, an offset into the table."""
    out = banner('Numbers of the Aegis calls.')
    out += '#ifndef AEGIS_SYSCALL_NUMBERS_H\n#define AEGIS_SYSCALL_NUMBERS_H\n'
    out += '\n/* SYS_x: number; SYSV_x: value of v0, four times that. */\n'
    for c in numbered(calls):
        out += f'#define SYS_{c.name} {c.number}\n'
        out += f'#define SYSV_{c.name} {c.number * 4}\n'
    highest = max((c.number for c in numbered(calls)), default=-1)
    out += f'\n#define AEGIS_NSYS {highest + 1}\t/* highest number + 1 */\n'
    out += f'#define AEGIS_SYS_ENTRIES {entries}\t/* words in the table */\n'
    return out + '\n#endif\n'


def table(calls, entries, **_):
    """The kernel's table, for an assembly file to include in a section."""
    labels = ['leaf_bad'] * entries
    for c in numbered(calls):
        if c.path != 'transfer':
            labels[c.number] = f'{c.path}_{c.name}'
    out = banner('The table of Aegis calls, by number.')
    out += '\t.globl\tsys_table\n\t.type\tsys_table, @object\n'
    out += '\t.balign\t4\nsys_table:\n'
    for n, label in enumerate(labels):
        out += f'\t.word\t{label}\t/* {n} */\n'
    return out + '\t.size\tsys_table, . - sys_table\n'


def thunks(calls, **_):
    """One STACK_CALL for each call on the stack path; the includer has
    defined the macro, which makes the label stack_<name>."""
    out = banner('A thunk for each call that runs on the kernel stack.')
    for c in calls:
        if c.path == 'stack':
            out += f'\t.globl\tstack_{c.name}\n\tSTACK_CALL {c.name}\n'
    return out


def kernel(calls, **_):
    """Prototypes of the C functions behind the stack calls."""
    out = banner('The C functions of the calls on the kernel stack.')
    out += '#ifndef AEGIS_SYSCALL_KERNEL_H\n#define AEGIS_SYSCALL_KERNEL_H\n\n'
    out += '#include <aegis/types.h>\n\n'
    for c in calls:
        if c.path == 'stack':
            out += c.prototype('sys_', 's32') + '\n'
    return out + '\n#endif\n'


def stubs(calls, **_):
    """o32 functions that make the calls, each in a section of its own."""
    out = banner('C functions that make the Aegis calls.')
    out += '\t.set\tnoreorder\n\t.set\tnoat\n'
    for c in numbered(calls):
        if c.path == 'transfer':
            continue
        f = f'ae_{c.name}'
        out += f'\n\t.section .text.{f}, "ax", @progbits\n'
        out += f'\t.globl\t{f}\n\t.type\t{f}, @function\n{f}:\n'
        out += '\t.cfi_startproc\n'
        for k in range(IN_REGISTERS, len(c.args)):
            out += f'\tlw\t${REGISTERS[k]}, {4 * k}($sp)\n'
        # This instruction also is the delay of the last load.
        out += f'\tli\t$v0, {c.number * 4}\n\tsyscall\n'
        out += '\tjr\t$ra\n\t nop\n\t.cfi_endproc\n'
        out += f'\t.size\t{f}, . - {f}\n'
    return out


def header(calls, **_):
    """Documented prototypes of the stubs."""
    out = banner('Aegis calls as C functions.')
    out += '#ifndef AEGIS_SYSCALLS_H\n#define AEGIS_SYSCALLS_H\n'
    out += '#ifndef __ASSEMBLER__\n\n#include <aegis/types.h>\n'
    out += ('\n/* A library OS may say how its stubs are reached. */\n'
            '#ifndef AE_STUB\n#define AE_STUB\n#endif\n')
    for c in calls:
        if c.path == 'transfer':
            continue
        text = c.meaning[0].upper() + c.meaning[1:] + '.'
        lines = textwrap.wrap(text, 75)
        if c.errors:
            lines += textwrap.wrap(
                'Errors: ' + ' '.join(f'AE_{e}' for e in c.errors), 75)
        if len(lines) == 1:
            out += f'\n/* {lines[0]} */\n'
        else:
            out += '\n/*\n' + ''.join(f' * {li}\n' for li in lines) + ' */\n'
        out += c.prototype('ae_', 'AE_STUB ' + RESULTS[c.result]) + '\n'
    return out + '\n#endif /* !__ASSEMBLER__ */\n#endif\n'


def plain(text):
    """Text that Markdown shows as it is."""
    return re.sub(r'([<*|])', r'\\\1', text)


def manual(calls, known, **_):
    """The manual page, in Markdown."""
    out = '''# Aegis calls

<!-- Generated from syscalls.tbl by gen-syscalls.py; edit the table. -->

The instruction `syscall` with four times the call's number in v0. Arguments
are in a0, a1, a2, a3, t0, t1, t2, t3, in this order; the result comes in v0.
A negative result is an error. From C, call `ae_<name>` of
`<aegis/syscalls.h>`.

A *leaf* call changes no register but v0. A *stack* call clears the
caller-saved registers. A *transfer* hands the processor to another
environment and has its own conventions.

| number | name | path | arguments |
|-------:|------|------|-----------|
'''
    for c in calls:
        shown = '' if c.number is None else c.number
        out += (f'| {shown} | [{c.name}](#{c.name.lower()}) | {c.path} '
                f'| {plain(", ".join(c.args))} |\n')
    for c in calls:
        out += f'\n## {c.name}\n\n'
        if c.path != 'transfer':
            declaration = c.prototype('ae_', RESULTS[c.result])
            out += f'```c\n{declaration}\n```\n\n'
        text = plain(c.meaning[0].upper() + c.meaning[1:] + '.')
        out += '\n'.join(textwrap.wrap(text, 79)) + '\n'
        facts = [f'{c.path} call' if c.path != 'transfer' else 'transfer']
        if c.number is not None:
            facts.append(f'number {c.number}')
        out += '\n- ' + ', '.join(facts) + '\n'
        if c.args:
            places = [f'{a} in {r}' for a, r in zip(c.args, REGISTERS)]
            out += '- arguments: ' + ', '.join(places) + '\n'
        if c.errors:
            out += '- errors: ' + ', '.join(f'`AE_{e}`'
                                            for e in c.errors) + '\n'
    if known:
        out += '\n## Errors\n\n| name | value | meaning |\n'
        out += '|------|------:|---------|\n'
        for name, (value, meaning) in known.items():
            out += f'| `AE_{name}` | {value} | {plain(meaning)} |\n'
    return out


def shows(calls, entries, **_):
    """A byte an entry: bit n, an event may hold argument n."""
    mask = [0] * entries
    for c in numbered(calls):
        mask[c.number] = sum(1 << n for n, a in enumerate(c.shown()) if a)
    out = banner('Arguments of the Aegis calls that events show.')
    for at in range(0, entries, 16):
        out += '\t.byte\t' + ', '.join(map(str, mask[at:at + 16])) + '\n'
    return out


def names(calls, **_):
    """For who prints events."""
    out = banner('Names of the Aegis calls, and of the arguments that events '
                 'show.')
    out += '''
/*
 * The includer defines AE_CALL(number, name, a0, a1, a2), strings all but the
 * number; an argument that is not shown is "".
 */
'''
    for c in numbered(calls):
        args = ', '.join(f'"{a or ""}"' for a in c.shown())
        out += f'AE_CALL({c.number}, "{c.name}", {args})\n'
    return out


def as_json(calls, **_):
    """For decoders of traces: {number: {name, path, result, args}}."""
    return json.dumps({c.number: {'name': c.name, 'path': c.path,
                                  'result': c.result, 'args': c.args}
                       for c in numbered(calls)}, indent=1) + '\n'


def write_if_changed(path, text):
    """True if PATH had to be written; a reader never sees half of it."""
    path = pathlib.Path(path)
    if path.is_file() and path.read_text(encoding='utf-8') == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f'{path.name}.{os.getpid()}.new')
    new.write_text(text, encoding='utf-8')
    os.replace(new, path)
    return True


OUTPUTS = {
    'numbers': (numbers, 'SYS_x and SYSV_x, for C and assembly'),
    'table': (table, 'table of .word for the kernel'),
    'thunks': (thunks, 'STACK_CALL lines for the kernel'),
    'kernel': (kernel, 'prototypes of sys_x'),
    'stubs': (stubs, 'assembly of ae_x'),
    'header': (header, 'prototypes of ae_x'),
    'manual': (manual, 'manual page'),
    'shows': (shows, 'table of .byte for the event ring'),
    'names': (names, 'AE_CALL lines for who prints events'),
    'json': (as_json, 'for trace decoders'),
}


def main(argv=None):
    ap = argparse.ArgumentParser(
        description='generate what depends on the list of Aegis calls')
    ap.add_argument('table_file', metavar='TABLE')
    ap.add_argument('--entries', type=int, default=256, metavar='N',
                    help="words in the kernel's table, a power of 2 of at "
                    'most 256 (default 256)')
    ap.add_argument('--errors', metavar='FILE',
                    help='header that defines AE_E... ; checks the names')
    for name, (_, text) in OUTPUTS.items():
        ap.add_argument('--' + name, metavar='FILE', help=text)
    args = ap.parse_args(argv)
    n = args.entries
    if not 1 <= n <= 256 or n & (n - 1):
        ap.error(f'--entries {n} is not a power of 2 of at most 256')
    try:
        known = None
        if args.errors:
            known = read_errors(pathlib.Path(args.errors).read_text('utf-8'))
            if not known:
                raise TableError(f'{args.errors}: no errors defined')
        text = pathlib.Path(args.table_file).read_text('utf-8')
        calls = parse(text, args.table_file, n, known)
        for name, (make, _) in OUTPUTS.items():
            if getattr(args, name):
                write_if_changed(getattr(args, name),
                                 make(calls, entries=n, known=known))
    except (OSError, UnicodeDecodeError) as e:
        sys.exit(f'gen-syscalls: {e}')
    except TableError as e:
        sys.exit(str(e))


if __name__ == '__main__':
    main()
