import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from mailgrid.cli.heap import share_heap

#: Has a few threads that make objects at once, then has glibc write down its heaps.
_THREADS = """
import ctypes, sys, threading
from mailgrid.cli.heap import share_heap
if sys.argv[2] == "shared":
    share_heap()
together = threading.Barrier(5)
def work():
    made = [bytes(1000) for _ in range(100)]
    together.wait(10)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
together.wait(10)
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
def test_all_threads_have_one_heap(tmp_path: Path) -> None:
    heaps = {}
    for how in ("shared", "own"):
        report = tmp_path / how
        subprocess.run([sys.executable, "-c", _THREADS, str(report), how], check=True, timeout=60)
        heaps[how] = report.read_text().count("<heap ")
    assert heaps["shared"] == 1 < heaps["own"]


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        def __init__(self, _name: None) -> None:
            pass

    monkeypatch.setattr(ctypes, "CDLL", Other)
    share_heap()
