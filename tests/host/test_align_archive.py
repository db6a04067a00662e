# SPDX-License-Identifier: MIT
"""scripts/align-archive.py: programs on pages, and nothing else changes."""
import io
import subprocess
import tarfile
import unittest

import support

SCRIPT = support.TOP / 'scripts/align-archive.py'
PAGE = 4096


def archive(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as t:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def run(data):
    return subprocess.run([SCRIPT], input=data, capture_output=True)


class Align(unittest.TestCase):
    def test_programs(self):
        """programs begin on a page, whatever is in front of them"""
        for size in range(0, 2 * PAGE, 512):
            files = [('text', b't' * size), ('a', b'\x7fELF' + b'a' * 5000),
                     ('other', b'o' * 700), ('b', b'\x7fELF')]
            result = run(archive(files))
            self.assertEqual(result.returncode, 0, result.stderr)
            with tarfile.open(fileobj=io.BytesIO(result.stdout)) as t:
                members = t.getmembers()
                self.assertEqual([(m.name, t.extractfile(m).read())
                                  for m in members], files)
            for m in members:
                if m.name in 'ab':
                    self.assertEqual(m.offset_data % PAGE, 0, (size, m.name))

    def test_refused(self):
        """what is no archive is refused"""
        good = archive([('a', b'x' * 2000)])
        for bad in (b'x' * 2000, good[:1024], b'x' * 512 + good,
                    good[:124] + b'z' * 12 + good[136:]):
            result = run(bad)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(result.stdout, b'')
            self.assertIn(b'align-archive.py: ', result.stderr)
            self.assertNotIn(b'Traceback', result.stderr)


if __name__ == '__main__':
    unittest.main()
