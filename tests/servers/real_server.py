"""What the tests need of a mail server that somebody else wrote: a place, a log, an end."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.ports import free_port

__all__ = ["RealServer", "why_not"]

_SECONDS = 30.0


def why_not(*programs: str) -> str:
    """Say why servers of these programs cannot be started here; empty where they can."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        return f"{', '.join(missing)}: not installed (tests/servers/install puts it there)"
    return "" if os.geteuid() == 0 else "a mail server changes its user, which takes root"


class RealServer:
    """A server in a temporary folder of its own, on a free port of 127.0.0.1, running inside `with`.

    Its children override `_prepare` (write the configuration, return the command that stays in the foreground) and
    the two questions about its log and its queue.

    Args:
        settings: further lines for the main part of its configuration.
        onward: the port of the next server.
    """

    #: The name in its certificate.
    host = "localhost"
    #: Finds, in a line of its log, to whom it says there that it has delivered.
    _delivery: re.Pattern[str]

    def __init__(self, settings: str = "", *, onward: int = 0) -> None:
        self._settings = settings
        self._onward = onward
        self.folder = Path(tempfile.mkdtemp(prefix="mail-server-"))
        self.folder.chmod(0o755)  # it changes its user, and has to find its files all the same
        self.port = free_port()
        self.certificates = self.folder / "certificates"
        self._begin = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Its log."""
        raise NotImplementedError

    @property
    def queue(self) -> Sequence[Path]:
        """Folders that hold a file for each message that it has still to deal with."""
        raise NotImplementedError

    def _prepare(self) -> Sequence[str | Path]:
        raise NotImplementedError

    def _told_all(self) -> Callable[[], bool]:
        """Begin to find out whether everything that has happened is in the log, and return the question."""
        return lambda: True

    def __enter__(self) -> Self:
        self._certify()
        command = self._prepare()
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            self._wait(self._greets, "greet")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)  # a last child may still be writing

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process
        self._process.send_signal(number)

    def forget(self) -> None:
        """Count only what is delivered from now on."""
        self.settle()
        self._begin = self.log.stat().st_size if self.log.exists() else 0

    def settle(self) -> None:
        """Wait until it has dealt with everything that it was given, and its log says so."""
        self._wait(lambda: not _conversations(self.port), "end its conversations")
        self._wait(lambda: not any(file.is_file() for folder in self.queue for file in folder.rglob("*")), "settle")
        self._wait(self._told_all(), "write its log")

    def wait_until_it_says(self, words: str, times: int) -> None:
        """Wait until its log holds these words so often."""
        self._wait(lambda: "".join(self._lines()).count(words) >= times, f"say {words}")

    def delivered(self) -> Counter[str]:
        """How often it delivered to each address, as its own log tells it."""
        self.settle()
        return Counter(found[1] for line in self._lines() if (found := self._delivery.search(line)))

    def _lines(self) -> list[str]:
        with self.log.open(encoding="utf-8") as log:
            log.seek(self._begin)
            return log.readlines()

    def _certify(self) -> None:
        self.certificates.mkdir()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.certificates / "ca.pem")
        certificate = authority.issue_cert(self.host)
        chain = b"".join(pem.bytes() for pem in certificate.cert_chain_pems)
        (self.certificates / "cert.pem").write_bytes(chain)
        certificate.private_key_pem.write_to_path(self.certificates / "key.pem")

    def _greets(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise AssertionError((self.folder / "output").read_text())
        try:
            with socket.create_connection(("127.0.0.1", self.port), _SECONDS) as connection:
                return connection.recv(3) == b"220"
        except ConnectionError:
            return False

    def _wait(self, fulfilled: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _SECONDS
        while not fulfilled():
            assert time.monotonic() < deadline, f"{type(self).__name__} does not {what}"
            time.sleep(0.02)


def _conversations(port: int) -> int:
    """Count the connections that a server holds: whose client is gone may still wait to be read (see proc(5))."""
    established, half_closed = "01", "08"
    table = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] in {established, half_closed} for row in table)
