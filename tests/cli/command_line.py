"""The command line, run in this process or on a terminal of its own."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping

import pytest

from mailgrid.cli.run import run
from tests.addresses import addresses_in
from tests.end_to_end.campaign_folder import CampaignFolder, Ended

__all__ = ["CommandLine", "on_terminal"]

#: Where the people of the tests' lists have their addresses, of which no message for people speaks unasked.
_PEOPLE = ("@mail.example", "@x.example")
#: What the transport `stdout` writes before each message.
_PRINTED = "----- from <"
#: Makes the terminal the process's own, so that Ctrl-C on it reaches it, and becomes the program.
_LEAD = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("mailgrid", run_name="__main__", alter_sys=True)
"""


class CommandLine:
    """Runs commands in this process; neither input nor output is a terminal.

    Args:
        capture: takes what is printed.
    """

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Ended:
        self._capture.readouterr()
        code = run(arguments)
        ended = Ended(code, *self._capture.readouterr())
        told = [address for address in addresses_in(ended.err) if address.endswith(_PEOPLE)]
        assert _PRINTED in ended.err or not set(told).difference(addresses_in(" ".join(arguments)))
        return ended


def on_terminal(
    folder: CampaignFolder, *arguments: str, answers: Mapping[str, str] | None = None, **environment: str
) -> tuple[int, str]:
    """Run a command on a terminal; return its exit code and what was to be seen, and answer what is asked.

    Args:
        folder: where.
        arguments: the command.
        answers: what is typed when a text has appeared, each once.
        environment: further variables.
    """
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _LEAD, *arguments],
        cwd=folder.path,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        try:
            seen = _read(master, dict(answers or {}))
        finally:
            os.close(master)
    return process.returncode, seen


def _read(master: int, answers: dict[str, str]) -> str:
    seen = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says that the other side is closed
            break
        if not piece:
            break
        seen += piece
        for question in [each for each in answers if each.encode() in seen]:
            time.sleep(0.2)  # nobody is as quick as the moment between a prompt and its being read
            os.write(master, answers.pop(question).encode())
    assert not answers, seen.decode()
    return seen.decode().replace("\r\n", "\n")
