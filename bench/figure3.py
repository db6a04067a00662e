#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figure 3 of the paper: a stride scheduler's shares, as CSV and SVG.

Runs the program figure3 twice, insists that both runs gave the same
numbers, and writes build/bench/figure3.csv and figure3.svg.

usage: figure3.py IMAGE
"""
import csv
import os
import subprocess
import sys
import xml.sax.saxutils

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
BUILD = os.path.join(TOP, os.environ.get('BUILD', 'build'))
LAUNCH = os.path.join(TOP, 'emu-config', 'launch')
HEADER = 'quantum,share,iterations'
COLOURS = {3: '#1b6ca8', 2: '#c1440e', 1: '#3a7d44'}

WIDTH, HEIGHT = 640, 420                # of the picture
LEFT, RIGHT, TOP_EDGE, BOTTOM = 70, 610, 30, 360        # of the plot


def run(image):
    """One run's lines of CSV."""
    done = subprocess.run(
        [sys.executable, LAUNCH, '--time-limit', '60', '--host-limit', '300',
         image, '--', 'figure3'], stdin=subprocess.DEVNULL,
        capture_output=True, text=True)
    lines = done.stdout.replace('\r', '').splitlines()
    if done.returncode or HEADER not in lines:
        sys.exit(f'figure3: the program failed\n{done.stdout}{done.stderr}')
    first = lines.index(HEADER)
    return [line for line in lines[first:] if line[:1].isdigit()
            or line == HEADER]


def points(lines):
    """{share: [(quantum, iterations)]}, each when its quantum was over."""
    out = {}
    for row in csv.DictReader(lines):
        out.setdefault(int(row['share']), []).append(
            (int(row['quantum']), int(row['iterations'])))
    return out


def per_quantum(series):
    """Iterations in a quantum, over all that were run."""
    return (sum(p[-1][1] for p in series.values())
            / sum(len(p) for p in series.values()))


def svg(series):
    quanta = 1 + max(q for p in series.values() for q, _ in p)
    top = max(n for p in series.values() for _, n in p)
    total = sum(series)
    each = per_quantum(series)
    step = 10 ** (len(str(top)) - 1)
    if top < 3 * step:
        step //= 2
    limit = (top // step + 1) * step

    def x(q):
        return LEFT + (RIGHT - LEFT) * q / quanta

    def y(n):
        return BOTTOM - (BOTTOM - TOP_EDGE) * n / limit

    def text(at_x, at_y, what, anchor='middle', more=''):
        return (f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}"'
                f'{more}>{xml.sax.saxutils.escape(what)}</text>')

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<path d="M{LEFT} {TOP_EDGE}V{BOTTOM}H{RIGHT}" fill="none" '
           'stroke="black"/>']
    for q in range(0, quanta + 1, 20):
        out.append(text(x(q), BOTTOM + 18, str(q)))
    for n in range(0, limit + 1, step):
        out.append(f'<path d="M{LEFT} {y(n):.1f}H{RIGHT}" '
                   'stroke="#dddddd"/>')
        out.append(text(LEFT - 6, y(n) + 4, f'{n // 1000}', 'end'))
    out.append(text((LEFT + RIGHT) / 2, BOTTOM + 40, 'time (quanta)'))
    out.append(text(18, (TOP_EDGE + BOTTOM) / 2,
                    'cumulative iterations (thousands)', 'middle',
                    f' transform="rotate(-90 18 '
                    f'{(TOP_EDGE + BOTTOM) / 2:.1f})"'))
    for share, measured in sorted(series.items(), reverse=True):
        colour = COLOURS.get(share, 'black')
        ideal = quanta * each * share / total
        out.append(f'<path d="M{x(0):.1f} {y(0):.1f}L{x(quanta):.1f} '
                   f'{y(ideal):.1f}" stroke="{colour}" '
                   'stroke-dasharray="4 3"/>')
        out.extend(f'<circle cx="{x(q + 1):.1f}" cy="{y(n):.1f}" r="2.5" '
                   f'fill="{colour}"/>' for q, n in measured)
        out.append(text(x(4), TOP_EDGE + 16 * (4 - share), f'share {share}',
                        'start', f' fill="{colour}"'))
    out.append(text(x(4), TOP_EDGE + 64, 'dashed: ideal', 'start'))
    out.append('</svg>')
    return '\n'.join(out) + '\n'


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    lines = run(sys.argv[1])
    if lines != run(sys.argv[1]):
        sys.exit('figure3: two runs gave different numbers')
    series = points(lines)
    folder = os.path.join(BUILD, 'bench')
    os.makedirs(folder, exist_ok=True)
    for name, body in (('csv', '\n'.join(lines) + '\n'),
                       ('svg', svg(series))):
        with open(os.path.join(folder, 'figure3.' + name), 'w',
                  encoding='utf-8') as f:
            f.write(body)
    quanta, total = sum(len(p) for p in series.values()), sum(series)
    for share, measured in sorted(series.items(), reverse=True):
        ideal = quanta * per_quantum(series) * share / total
        print(f'figure 3: share {share}: {measured[-1][1]} iterations after '
              f'{len(measured)} quanta; ideal {ideal:.0f}')
    print(f'figure 3: {os.path.relpath(folder)}/figure3.csv and figure3.svg '
          'written')


if __name__ == '__main__':
    main()
