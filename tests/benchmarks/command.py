"""Runs `mailgrid`, or another program, as a user does, in a process of its own, and says what it cost."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "cost_of", "mailgrid"]


#: Compiled modules are kept here, as they are where Mailgrid is installed, whatever this environment says of them.
_CACHE = tempfile.mkdtemp(prefix="mailgrid-modules-")
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of CPU, and megabytes resident at the most."""

    seconds: float
    cpu: float
    memory: float

    def per(self, count: int) -> "Cost":
        """Return the part of one of so many; memory is not divided."""
        return Cost(self.seconds / count, self.cpu / count, self.memory)


def mailgrid(*words: str, folder: Path | str = ".") -> Cost:
    """Run one command in `folder` and wait for its end.

    Raises:
        SystemExit: it failed; what it said is shown.
    """
    return cost_of([sys.executable, "-m", "mailgrid", *words], folder)


def cost_of(command: Sequence[str], folder: Path | str = ".") -> Cost:
    """Run any program in `folder` and wait for its end.

    Raises:
        SystemExit: it failed; what it said is shown.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = _CACHE
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:  # it may be a gigabyte
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            raise SystemExit(said.read().decode())
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
