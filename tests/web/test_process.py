"""How the process is set up; seen in one of its own, since it holds for the whole process."""

from __future__ import annotations

import subprocess
import sys

import pytest

_MANY_THREADS = """
import ctypes, sys, threading

from simulator.web.process import bound_memory

bound_memory()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
over = threading.Event()
threads = [threading.Thread(target=lambda: (libc.malloc(100), over.wait())) for _ in range(20)]
for thread in threads:
    thread.start()
report = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, report)
libc.fclose(report)
over.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems share heaps anyway")
def test_threads_share_two_heaps(tmp_path) -> None:
    report = tmp_path / "malloc.xml"
    subprocess.run([sys.executable, "-c", _MANY_THREADS, str(report)], check=True)
    assert 1 <= report.read_text().count("<heap nr=") <= 2
