"""Runs `mailgrid` as a user does, in a process of its own, and says what it cost."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "mailgrid"]


#: Compiled modules are kept here, as they are where Mailgrid is installed, whatever this environment says of them.
_CACHE = tempfile.mkdtemp(prefix="mailgrid-modules-")
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of CPU, and megabytes resident at the most."""

    seconds: float
    cpu: float
    memory: float


def mailgrid(*words: str, folder: Path | str = ".") -> Cost:
    """Run one command in `folder` and wait for its end.

    Raises:
        SystemExit: it failed; what it said is shown.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = _CACHE
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "mailgrid", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout
        said = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(said)
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
