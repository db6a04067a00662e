#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the small tools (exos/bin) from the shell, and check what they say;
then use the shell by hand.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.  A test is a script, what it must print, errors among it, and the
exit status of its last command.  All are run on one machine, each in an empty
directory of its own.  The shell is then typed at, on both types of machine.
"""
import functools
import os
import pathlib
import re
import subprocess
import sys
import textwrap

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
import tap  # noqa: E402
from tap import expect  # noqa: E402
from typist import Typist  # noqa: E402

BUILD = TOP / os.environ.get('BUILD', 'build')
CASES = []
OUTPUT = {}


def case(description, script, says='', status=0):
    """One test; a line of `says` between slashes is a pattern."""
    number = len(CASES)
    CASES.append(script)

    @tap.test(description)
    def check():
        if not OUTPUT:
            run_all()
        expect(number in OUTPUT, 'it did not come to its end')
        said, ended = OUTPUT[number]
        wanted = textwrap.dedent(says).strip('\n').splitlines()
        lines = said.splitlines()
        same = len(lines) == len(wanted) and all(
            re.fullmatch(w[1:-1], l) if w[:1] == w[-1:] == '/' and len(w) > 1
            else w == l for l, w in zip(lines, wanted))
        expect(same, f'it said\n{said}and not\n' + '\n'.join(wanted))
        expect(ended == status, 'status', ended, 'and not', status)


@functools.cache
def image():
    """With the shell and the scripts."""
    where = BUILD / 'test' / 'tools'
    files = where / 'files' / 'cases'
    files.mkdir(parents=True, exist_ok=True)
    for old in files.iterdir():
        old.unlink()
    for number, script in enumerate(CASES):
        (files / str(number)).write_text(textwrap.dedent(script) + '\n',
                                         encoding='utf-8')
    (files / 'all').write_text(
        f'i=0\nwhile [ $i -lt {len(CASES)} ]; do\n'
        'mkdir /tmp/$i\ncd /tmp/$i\necho "== $i"\n'
        'dash /cases/$i </dev/null 2>&1\necho "== status $?"\n'
        'i=$((i + 1))\ndone\n', encoding='utf-8')
    program = where / 'commands'
    subprocess.run([TOP / 'exos' / 'cc' / 'exos-cc', '-Wall', '-Werror', '-o',
                    program, TOP / 'tests' / 'tools' / 'commands.c'],
                   check=True, env={**os.environ, 'EXOS_BUILD': str(BUILD)})
    subprocess.run(['make', '-s', 'V=1', 'PORTS=dash', f'EXTRADIR={where}',
                    f'EXTRA={program}', f'FILES={files.parent}', 'image'],
                   cwd=TOP, check=True,
                   timeout=600, stdout=sys.stderr)
    return where / 'aegis-debug.elf'


def run_all():
    """Every script by the shell of one machine."""
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', '--time-limit', '120',
         image(), '--', 'dash', '/cases/all'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    text = done.stdout.decode(errors='replace').replace('\r', '')
    (image().parent / 'log').write_text(text, encoding='utf-8')
    for m in re.finditer(r'^== (\d+)\n(.*?)^== status (\d+)\n', text,
                         re.M | re.S):
        OUTPUT[int(m[1])] = m[2], int(m[3])
    OUTPUT.setdefault(None)


case('true, false and echo', r'''
    /bin/true && /bin/echo a 'b  c'
    /bin/echo -n d
    /bin/echo
    /bin/false''', '''
    a b  c
    d''', 1)
case('pwd says where one is', 'mkdir d; cd d; /bin/pwd', r'/\/tmp\/\d+\/d/')
case('cat: files, standard input, and one that is missing', r'''
    echo one > a; echo two > b
    echo in | cat a - b none
    ''', '''
    one
    in
    two
    cat: none: No such file or directory''', 1)
case('cat of a directory', 'cat /tmp', 'cat: /tmp: Is a directory', 1)
case('a wrong option is named, with the usage', 'cat -z', '''
    cat: unknown option -- z
    usage: cat [-u] [file...]''', 2)
case('cp: a file, into a directory, several', r'''
    echo x > a; cp a b; mkdir d; cp a b d/; cat d/a d/b; ls d''', '''
    x
    x
    a
    b''')
case('cp -r copies a tree', r'''
    mkdir -p s/t; echo deep > s/t/f; cp -r s n; cat n/t/f
    mkdir there; cp -r s there; cat there/s/t/f; cp s x''', '''
    deep
    deep
    cp: s: Is a directory''', 1)
case('cp refuses a file onto itself and a tree into itself', r'''
    echo x > a; cp a a; cat a; mkdir -p d/e; cp -r d d/e; echo $?''', '''
    cp: a and a are the same file
    x
    cp: d: cannot copy into itself
    1''')
case('cp: no such file, and a target that is no directory', r'''
    cp none b; echo > a; echo > b; cp a b c''', '''
    cp: none: No such file or directory
    cp: c: Not a directory''', 1)
case('mv: to a name, into a directory, over a file', r'''
    echo 1 > a; mv a b; ls; mkdir d; mv b d; cat d/b; echo 2 > c; mv c d/b
    cat d/b; mv none x''', '''
    b
    1
    2
    mv: none: No such file or directory''', 1)
case('nothing of the archive can be changed', r'''
    rm /bin/ls; mv /bin/ls /tmp/x; mkdir /bin/d; echo > a; cp a /bin/a''', '''
    rm: /bin/ls: Read-only file system
    mv: /bin/ls: Read-only file system
    mkdir: /bin/d: Read-only file system
    cp: /bin/a: Read-only file system''', 1)
case('rm: files, a missing one, -f', r'''
    echo > a; echo > b; rm a none b; ls; rm -f none; echo $?; rm''', '''
    rm: none: No such file or directory
    0
    usage: rm [-fr] file...''', 2)
case('rm -r removes a tree, rm none of it', r'''
    mkdir -p d/e/f; for i in 1 2 3 4 5 6 7 8 9; do echo > d/e/file$i; done
    rm d; rm -r d; ls; rm -r .''', '''
    rm: d: Is a directory
    rm: .: Invalid argument''', 1)
case('mkdir and rmdir', r'''
    mkdir a; mkdir a; mkdir b/c; mkdir -p b/c a; echo > a/f; rmdir b/c a''', '''
    mkdir: a: File exists
    mkdir: b/c: No such file or directory
    rmdir: a: Directory not empty''', 1)
case('wc counts lines, words and bytes', r'''
    printf 'one two\nthree' > a; wc a; wc -l a; wc -w < a; wc -c a a''', '''
    / +1 +3 +13 a/
    / +1 a/
    / +3/
    / +13 a/
    / +13 a/
    / +26 total/''')
case('head and tail', r'''
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; done > a
    head a | wc -l; head -n 2 a; tail -n 2 a; tail -n +11 a; tail a | head -n 1
    head -n x a''', '''
    / +10/
    1
    2
    11
    12
    11
    12
    3
    usage: head [-n lines] [file...]''', 2)
case('grep: expressions, options and its status', r'''
    printf 'apple\nBanana\ncherry\na.c\n' > a; echo apple > b
    grep 'an*a' a; grep -c a a; grep -i b a; grep -n -v e a; grep -F a.c a
    grep -E '^(app|ch)' a; grep -l apple a b; grep -x app a; echo $?
    grep apple a b; grep -q apple a && grep -s x none; echo $?
    grep '\(' a''', '''
    Banana
    3
    Banana
    2:Banana
    4:a.c
    a.c
    apple
    cherry
    a
    b
    1
    a:apple
    b:apple
    2
    /grep: .+/''', 2)
case('sort: by text, number, field, backwards, each once', r'''
    printf 'b 2\na 10\nb 2\nc 1\n' > a
    sort a; echo; sort -u a; echo; sort -n -k 2 a; echo; sort -r a; sort none
    ''', '''
    a 10
    b 2
    b 2
    c 1

    a 10
    b 2
    c 1

    c 1
    b 2
    b 2
    a 10

    c 1
    b 2
    b 2
    a 10
    sort: none: No such file or directory''', 2)
case('ls: a directory, hidden names, details, links', r'''
    mkdir d; echo text > f; echo > .h; ls; ls -a; ls -l; ls -d d; ls f d none
    ''', '''
    d
    f
    .
    ..
    .h
    d
    f
    /drwxr-xr-x +2 root root +0 ... .\\d \\d\\d:\\d\\d d/
    /-rw-r--r-- +1 root root +5 ... .\\d \\d\\d:\\d\\d f/
    d
    ls: none: No such file or directory
    f

    d:''', 1)
case('ps: processes, by the numbers that kill takes; -e: environments', r'''
    sleep 100 & p=$!
    until ps > a; grep -q 'sleep$' a; do :; done
    head -n 1 a; grep -E " *$p +$$ .* R .* sleep$" a | wc -l
    grep -E "^ *$$ .* dash$" a | wc -l
    kill $(grep 'sleep$' a | (read pid rest; echo $pid)); wait $p 2>/dev/null; echo $?
    ps -e > e; head -n 1 e; grep -q live e; echo $?; ps -x''', '''
    /  PID  PPID  PGID S   ENV     KB  SLICES COMMAND/
    / +1/
    / +1/
    143
    /  ENV PARENT STATE .*/
    0
    ps: unknown option -- x
    usage: ps [-e]''', 2)
case('free shows the memory', 'free', '''
    / +total +used +free/
    / +\\d+ +\\d+ +\\d+/''')
case('kill sends signals, by name and number', r'''
    /bin/sleep 100 & p=$!; /bin/kill -s TERM $p; wait $p 2>/dev/null; echo $?
    /bin/sleep 100 & p=$!; /bin/kill -9 $p; wait $p 2>/dev/null; echo $?
    /bin/kill -l | head -n 1; /bin/kill -NONE 1; /bin/kill 9999''', '''
    143
    137
    / 1 HUP/
    kill: NONE: no such signal
    kill: 9999: No such process''', 1)
case('time says how long, and has the status of the command', r'''
    /bin/time /bin/false; echo $?; /bin/time none''', '''
    /real \\d\\.\\d\\d/
    1
    time: none: No such file or directory
    /real \\d\\.\\d\\d/''', 127)
case('a program of exos-cc runs commands: popen, system', 'commands', '''
    said 2, ended 0
    apple
    pear
    ended 0
    ended 3
    shell 1
    signal 15''')
case('sleep waits: seconds and parts of one', '''
    sleep 1 && sleep 0 && sleep 0.000000000000000001 && sleep .0 && sleep 0.
    (sleep 2.5; echo late) & sleep .1; echo early; wait
    /bin/time sleep 0.5''', '''
    early
    late
    /real ([1-9]\\d*\\.\\d\\d|0\\.[5-9]\\d)/''')
case('sleep checks what it is given', '''
    for word in x 1x 1.x 1.1.1 . '' -1 +1 ' 1' 0x1 1e3 99999999999999999999; do
        sleep "$word" 2>&1; [ $? = 2 ] || echo "$word"
    done; sleep 1 2''', 13 * 'usage: sleep seconds[.fraction]\n', 2)


def by_hand(config):
    t = Typist(image(), 'dash', config=config)
    t.until('# ')
    t.type(b'ls /bin | grep -x cat; echo $((6 * 7)) > /tmp/n; cat /tmp/n\n')
    t.until('\ncat\n42\n# ')
    # In the foreground's group from its first word on.
    t.type(b'(echo one; exec sleep 100)\n')
    t.until('\none\n')
    t.type(b'\x03')
    t.type(b'echo ended $?\n')
    t.until('ended 130\n')
    t.type(b'(echo two; exec sleep 100)\n')
    t.until('\ntwo\n')
    t.type(b'\x1a')
    t.until('Stopped')
    t.type(b'bg; kill %1; wait %1; echo ended $?; exit 3\n')
    t.until('ended 143\n')
    expect(t.finish() == 1 and 'aegis: halt 3\n' in t.text, t.text)


@tap.test('the shell is done where its commands end, in a file or a pipe')
def not_by_hand():
    for commands in '', 'echo $((6 * 7))\n':
        done = subprocess.run(
            [TOP / 'emu-config' / 'launch', '--interactive', image(), '--',
             'dash'], input=commands, text=True, stdout=subprocess.PIPE,
            timeout=60)
        expect(done.returncode == 0 and 'aegis: halt 0\n' in
               done.stdout.replace('\r', '') and
               ('\n42' in done.stdout) == bool(commands), done.stdout)


for _config in ('3max', '3100'):
    tap.test(f'{_config}: the shell at the console: pipes, ^C, ^Z and jobs')(
        lambda config=_config: by_hand(config))


if __name__ == '__main__':
    tap.main()
