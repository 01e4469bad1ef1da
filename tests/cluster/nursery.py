"""Processes that are born with all modules: to start one costs a tenth of what a fresh interpreter costs.

`multiprocessing`'s fork server imports them once; each process is a copy of it, and the program runs in it as ever.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

__all__ = ["Child"]

_NUMBERS = count(1)
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.cluster.preloaded"])


class Child:
    """A running program, as `subprocess.Popen` would give it.

    Args:
        arguments: its command line.
        folder: where it runs.
        environment: variables beside those of this process.
        program: a text to run in place of the program.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], program: str) -> None:
        number = next(_NUMBERS)
        self._out, self._err = (folder.parent / f"{number}.{name}" for name in ("out", "err"))
        given = (list(arguments), str(folder), dict(environment), program, str(self._out), str(self._err))
        self._process = _CONTEXT.Process(target=_live, args=given)
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> None:
        self._process.join()

    def communicate(self, timeout: float = 60.0) -> tuple[str, str]:
        """Wait for its end, and return what it wrote to stdout and stderr."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("mailgrid", timeout)
        out, err = (file.read_text("utf-8") if file.exists() else "" for file in (self._out, self._err))
        return out, err


def _live(arguments: list[str], folder: str, environment: dict[str, str], program: str, out: str, err: str) -> None:
    """Run the program: what this process writes goes to files, and it is where it would be started."""
    for path, descriptor in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, descriptor)
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - it lives as long as the process
    sys.stdout, sys.stderr = (os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) for descriptor in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ.update(environment)
    sys.argv = ["mailgrid", *arguments]
    if program:
        exec(program, {"__name__": "__main__"})
    else:
        import tests.cluster.hasty  # noqa: F401 - where the server could not import it before
        from mailgrid.__main__ import main

        main()
