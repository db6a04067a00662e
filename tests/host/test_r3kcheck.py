# SPDX-License-Identifier: MIT
"""scripts/r3kcheck.py: each class on a sample, and its legal neighbours."""
import pathlib
import re
import subprocess
import tempfile
import unittest

import support

r3kcheck = support.script('r3kcheck.py')

# A word of data in the text section.
DATA = 'w: .word 15\n.type w, @object\n.size w, 4\n'

# (class, offset of the finding in f, the sample)
BAD = [
    ('ILLEGAL', 0, '.word 0x0000000f'),                 # sync
    ('ILLEGAL', 0, '.word 0xc0820000'),                 # ll
    ('ILLEGAL', 0, '.word 0x00a001f4'),                 # teq
    ('ILLEGAL', 0, '.word 0x70821002'),                 # mul
    ('ILLEGAL', 0, '.word 0x54400001'),                 # bnel
    ('ILLEGAL', 0, '.word 0xd4400000'),                 # ldc1
    ('ILLEGAL', 0, '.word 0x7c021020'),                 # seb
    ('ILLEGAL', 0, '.word 0x0085100b'),                 # movn
    ('ILLEGAL', 0, '.word 0x46201004'),                 # sqrt.d
    ('ILLEGAL', 0, '.word 0x00221382'),                 # rotr
    ('ILLEGAL', 0, '.word 0x42000018'),                 # eret
    ('LOADUSE', 0, 'lw $2,0($4); addu $3,$2,$3'),
    ('LOADUSE', 0, 'lw $2,0($4); sw $2,0($5)'),
    ('LOADUSE', 0, 'lw $2,0($4); lwl $2,3($4)'),
    ('LOADUSE', 0, 'lbu $2,0($4); bnez $2,g; nop'),
    ('LOADUSE', 0, 'mfc0 $26,$14; jr $26; nop'),
    ('LOADUSE', 4, 'beq $3,$0,1f; lw $2,0($4); nop; 1: move $5,$2'),
    ('LOADUSE', 4, 'beq $3,$0,1f; lw $2,0($4); move $5,$2; 1: nop'),
    ('LOADUSE', 4, 'b 1f; lw $2,0($4); nop; 1: move $5,$2'),
    ('LOADUSE', 4, 'j h; lw $2,0($4)\n.globl h\nh: move $5,$2'),
    ('LOADUSE', 4, 'jal h; lw $2,0($4); nop; h: move $5,$2'),
    # a delay slot that is jumped to as well
    ('LOADUSE', 8, '''b 1f; nop; 2: lw $2,0($4); move $3,$2
                   1: b 2b; nop'''),
    ('LOADUSE', 4, 'b 1f; 2: lw $2,0($4); move $3,$2; 1: b 2b; nop'),
    ('LOADUSE', 0, 'lwc1 $f1,0($4); add.d $f2,$f0,$f4'),
    ('LOADUSE', 0, 'mtc1 $4,$f0; cvt.d.w $f2,$f0'),
    ('LOADUSE', 0, 'mfc1 $4,$f0; move $5,$4'),
    ('SLOTLOAD', 4, 'jr $31; lw $2,0($4)'),
    ('SLOTLOAD', 4, 'jal away; lw $2,0($4)'),
    ('SLOTLOAD', 4, 'jalr $25; mfc0 $2,$13'),
    ('HILO', 0, 'mfhi $2; mult $3,$4'),
    ('HILO', 0, 'mflo $2; nop; divu $0,$3,$4'),
    ('HILO', 0, 'mflo $2; b 1f; mtlo $3; 1: nop'),
    ('HILO', 4, 'bnez $3,1f; mflo $2; nop; nop; 1: mult $3,$4'),
    ('HILO', 4, 'jr $31; mflo $2'),
    ('SLOTBRANCH', 4, 'b g; j g; nop'),
    ('SLOTBRANCH', 4, 'jr $31; syscall'),
    ('NOSLOT', 0, 'jr $31\n' + DATA),
    ('CP0TLB', 0, 'mtc0 $26,$2; tlbwr'),
    ('CP0TLB', 0, 'mtc0 $26,$2; tlbwi; nop; nop'),
    ('CP0TLB', 0, 'mtc0 $26,$10; tlbwr; nop; nop'),
    ('CP0TLB', 0, 'mtc0 $26,$10; tlbp'),
    ('CP0TLB', 0, 'mtc0 $26,$0; tlbr'),
    ('CP0TLB', 0, 'mtc0 $26,$0; tlbwi; nop; nop'),
    ('CP0TLB', 4, 'bnez $4,1f; mtc0 $26,$10; nop; 1: tlbp'),
    ('CP0READ', 0, 'mtc0 $26,$4; mfc0 $27,$4'),
    ('CP0RFE', 0, 'mtc0 $26,$12; jr $27; rfe'),
    ('CP0FP', 0, 'mtc0 $26,$12; nop; mfc1 $2,$f0'),
    ('CP0ISC', 8, '''lui $8,1; nop; mtc0 $8,$12; nop; nop
                  lw $9,0($4); nop; mtc0 $0,$12; nop; nop; nop'''),
    ('CP0ISC', 32, '''lui $8,3; ori $8,1; mtc0 $8,$12; nop; nop; nop
                  sb $0,0($4); nop; mtc0 $0,$12; nop; lw $9,0($4)'''),
    ('CP0ISC', 4, 'lui $8,1; mtc0 $8,$12; jr $31; nop'),
    ('TLBUSE', 0, 'tlbwr; lw $2,0($4)'),
    ('TLBUSE', 0, 'tlbwi; nop; sw $2,0($4)'),
    ('TLBUSE', 4, 'lui $8,0xc000; tlbwi; sw $2,0($8)'),
    ('TLBUSE', 4, 'jr $31; tlbwi'),
    ('RFE', 0, 'rfe'),
    ('RFE', 4, 'b g; rfe'),
    ('FPCOND', 0, 'c.lt.d $f2,$f4; bc1t g; nop'),
    ('FPODD', 0, '.word 0x46001840'),                   # add.s $f1,$f3,$f0
]

GOOD = [
    'lw $2,0($4); nop; addu $3,$2,$3',
    'lw $2,0($4); move $3,$5; addu $3,$2,$3',
    'lw $0,0($4); move $3,$0',
    'lwl $2,3($4); lwr $2,0($4)',
    'lw $2,0($4); lw $2,4($4)',
    'mfc0 $26,$14; nop; jr $26; rfe',
    'beq $3,$0,1f; lw $2,0($4); nop; 1: nop; move $5,$2',
    'b 1f; lw $2,0($4); move $5,$2; 1: nop',    # the way past is never taken
    'jal h; lw $2,0($4); move $5,$2; nop; h: nop',
    'jal h; mflo $2; mult $3,$4; nop; h: nop; nop',
    'jr $31; sw $2,0($4)',
    'mflo $2; nop; nop; mult $3,$4',
    'mult $3,$4; mflo $2; mfhi $3; nop; nop; divu $0,$3,$4',
    'mflo $2; jr $31; nop',
    'mflo $2; b 1f; nop; 1: mtlo $3',
    'bnez $5,1f; divu $0,$4,$5; break 7; 1: mflo $2; nop',
    'mtc0 $26,$2; nop; tlbwr; jr $27; rfe',     # as Ultrix refills
    'mtc0 $26,$10; nop; tlbp; mfc0 $2,$0; nop; bltz $2,g; nop',
    'mtc0 $26,$0; nop; tlbr; mfc0 $2,$10; mfc0 $3,$2; nop',
    'mtc0 $26,$2; tlbp',                        # tlbp does not read EntryLo
    'tlbwi; mtc0 $26,$10',
    'tlbwi; nop; nop; lw $2,0($4)',
    'lui $8,0x8001; tlbwi; lw $2,0($8)',
    'tlbwi; lw $31,20($sp)',
    'mtc0 $26,$4; nop; mfc0 $27,$4',
    'mtc0 $26,$4; mfc0 $27,$12',
    'mtc0 $26,$12; nop; jr $27; rfe',
    'mtc0 $26,$12; nop; nop; mfc1 $2,$f0',
    'mtc0 $0,$12; lw $9,0($4)',                 # caches not isolated
    'lui $8,1; nop; mtc0 $8,$12; nop; nop; nop; sb $0,0($4)',
    'c.lt.d $f2,$f4; nop; bc1t g; nop',
    'lwc1 $f1,0($4); nop; add.d $f2,$f0,$f4',
    'b g; nop\n' + DATA,
]


@support.needs_cross
class R3kCheck(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def object(self, sample, name='x.o'):
        return support.assemble(
            f'.globl f\nf: {sample}\nnop\nnop\nnop\ng: nop\nnop\nnop\n',
            self.folder / name)

    def check(self, *args):
        status, out = support.run(r3kcheck.main, *args)
        found = re.findall(r'^\S+: (\S+): ([A-Z0-9]+): ', out, re.M)
        self.assertEqual(status, 1 if found else 0, out)
        return found

    def test_bad(self):
        """every hazard class is reported, where it is, and no other"""
        for cls, offset, sample in BAD:
            with self.subTest(sample=sample):
                found = self.check(self.object(sample))
                self.assertEqual(found, [(f'f+{offset:#x}', cls)])

    def test_good(self):
        """the legal neighbours of the hazards pass"""
        for sample in GOOD:
            with self.subTest(sample=sample):
                self.assertEqual(self.check(self.object(sample)), [])

    def test_classes_complete(self):
        """every class the script's head describes has a sample"""
        named = set(re.findall(r'^  ([A-Z0-9]{2,}) ', r3kcheck.__doc__, re.M))
        tested = {cls for cls, _, _ in BAD}
        elsewhere = {'KERNEL', 'FP', 'EFLAGS', 'STALE'}
        self.assertEqual(named, tested | elsewhere)

    def test_user(self):
        """--user forbids CP0, --no-fp forbids CP1"""
        both = self.object('mfc0 $2,$12; lwc1 $f0,0($4)')
        self.assertEqual(self.check(both), [])
        self.assertEqual(self.check('--user', '--no-fp', both),
                         [('f+0x0', 'KERNEL'), ('f+0x4', 'FP')])

    def test_unmapped(self):
        """--unmapped names the registers that never reach through the TLB"""
        for register, found in (('$26', []), ('$29', [('f+0x0', 'TLBUSE')])):
            path = self.object(f'tlbwr; lw $2,0({register})')
            self.assertEqual(self.check('--unmapped=k0,k1', path), found)

    def test_function(self):
        """what a register holds is forgotten at the next function"""
        path = self.object('lui $8,0x8001; jr $31; nop\n.globl z\n'
                           'z: tlbwi; lw $2,0($8)')
        self.assertEqual(self.check(path), [('z+0x0', 'TLBUSE')])

    def test_flags(self):
        """a header of another architecture is reported"""
        path = self.object('nop')
        image = bytearray(path.read_bytes())
        self.assertEqual(image[36:40], b'\x01\x10\0\0')     # e_flags
        for place, value in ((36, 0x05), (37, 0x20), (38, 0x81),
                             (39, 0x10), (39, 0x70)):
            changed = bytearray(image)
            changed[place] = value
            path.write_bytes(changed)
            self.assertEqual(self.check(path)[:1], [('header', 'EFLAGS')])

    def test_allow(self):
        """--allow excuses one finding, and must excuse one"""
        allow = self.folder / 'allow'
        bad = self.object('lw $2,0($4); move $3,$2; rfe')
        allow.write_text('# comment\n\nLOADUSE f+0x0  the reason\n')
        self.assertEqual(self.check('--allow', allow, bad),
                         [('f+0x8', 'RFE')])
        allow.write_text('LOADUSE f+0x0  the reason\nRFE f+0x8  another\n'
                         'RFE f+0xc  the old place\n')
        self.assertEqual(self.check('--allow', allow, bad),
                         [('f+0xc', 'STALE')])
        allow.write_text('RFE f+0x8\n')
        status, _ = support.run(r3kcheck.main, '--allow', allow, bad)
        self.assertIn('line 1', str(status))

    def test_linked(self):
        """in a linked image calls are followed across sections"""
        one = self.object('jal h; lw $2,0($4); jal k; lw $2,0($4)', 'one.o')
        two = support.assemble(
            '.section .text.two,"ax"\n.globl h\n.globl k\n'
            'h: jr $31; move $3,$2\nk: addu $3,$2,$2; jr $31; nop\n',
            self.folder / 'two.o')
        self.assertEqual(self.check(one), [('f+0x4', 'SLOTLOAD'),
                                           ('f+0xc', 'SLOTLOAD')])
        image = self.folder / 'image'
        subprocess.run([support.CROSS + 'ld', '-EL', '-nostdlib', '-static',
                        '-Ttext', '0x80030000', '-e', 'f', '-o', image,
                        one, two], check=True)
        self.assertEqual(self.check(image), [('f+0xc', 'LOADUSE')])

    def test_archive(self):
        """the members of an archive are named, short names and long ones"""
        names = ['a.o', 'a_rather_long_member_name.o']
        paths = [self.object('rfe', n) for n in names]
        lib = self.folder / 'lib.a'
        subprocess.run([support.CROSS + 'ar', 'rcsD', lib, *paths],
                       check=True)
        _, out = support.run(r3kcheck.main, lib)
        self.assertEqual(re.findall(r'\((\S+)\): f\+0x0: RFE', out), names)

    def test_not_elf(self):
        """a file that is no ELF file is refused by name"""
        status, _ = support.run(r3kcheck.main, __file__)
        self.assertIn('not a 32-bit ELF file', str(status))


if __name__ == '__main__':
    unittest.main()
