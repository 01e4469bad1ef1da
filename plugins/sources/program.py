"""A program as a stream of bytes: what it prints, and an error at the end where it failed."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mailgrid.errors import SourceError

__all__ = ["Program"]

#: So long a program may take to end once nobody reads it any more, in seconds.
_GRACE = 2.0
#: Of what it says to stderr so much is looked at, from its end.
_LAST = 4096
_ADDRESS = re.compile(r"\S+@\S+")


class Program:
    """What a program prints. Of what it writes to stderr the last line is told where it fails, with addresses masked.

    Args:
        words: the program and its arguments.
        folder: where it runs.

    Raises:
        SourceError: it cannot be run.
    """

    def __init__(self, words: Sequence[str], folder: Path) -> None:
        self._name = words[0]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the stream; a pipe would fill up
        try:
            self._process = subprocess.Popen(  # noqa: S603  # no shell, and only where the project trusts it
                words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said
            )
        except (OSError, ValueError) as error:
            self._said.close()
            reason = getattr(error, "strerror", None) or str(error)
            raise SourceError(f"`{self._name}` cannot be run: {reason}") from None
        assert self._process.stdout
        self._output = self._process.stdout

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer at the end.

        Raises:
            SourceError: it has ended, and says that it failed.
        """
        found = self._output.read(size)
        if len(found) < size:
            self._ended()
        return found

    def read1(self, size: int = -1, /) -> bytes:
        """Return what there is, at most so many bytes; none at the end.

        Raises:
            SourceError: it has ended, and says that it failed.
        """
        found = self._output.read1(size)  # type: ignore[attr-defined]  # a pipe is buffered, and so has it
        if not found:
            self._ended()
        return bytes(found)

    def close(self) -> None:
        """End the program, if it has not ended. May be called twice."""
        self._output.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._said.close()

    def _ended(self) -> None:
        """See how it ended: rows of a program that failed may be half of those that it meant."""
        status = self._process.wait()
        if status:
            self._said.seek(max(0, self._said.seek(0, 2) - _LAST))
            lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
            last = f": {_ADDRESS.sub('***', lines[-1].strip())}" if lines else ""
            how = f"with exit status {status}" if status > 0 else f"by signal {-status}"
            raise SourceError(f"`{self._name}` failed {how}{last}")
