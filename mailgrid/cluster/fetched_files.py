"""FetchedFiles: what a host has of the files that differ from person to person: those of the chunks that it sends."""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mailgrid.cluster.bundle import checked, digest_of
from mailgrid.cluster.enclosed import Enclosed
from mailgrid.errors import MailgridError
from mailgrid.ledger.postgres.server import Server
from mailgrid.pipeline.audience import Person

__all__ = ["FetchedFiles"]

_BATCH = 20
_NAMES = "SELECT name, digest FROM cluster_enclosed WHERE run = %s AND name = ANY(%s)"
_CONTENTS = "SELECT digest, content FROM cluster_files WHERE digest = ANY(%s)"


class FetchedFiles:
    """Fetches files for chunks, and removes them when no chunk needs them any more.

    Args:
        server: the database.
        run: the run.
        enclosed: knows who gets which; its root is the folder that the bundle is in.
    """

    def __init__(self, server: Server, run: int, enclosed: Enclosed) -> None:
        self._server = server
        self._run = run
        self._enclosed = enclosed
        self._lock = threading.Lock()
        self._users: Counter[str] = Counter()
        root = enclosed.root
        self._bundled = {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}

    @contextmanager
    def of(self, people: Sequence[Person]) -> Iterator[None]:
        """Have the files of some people meanwhile.

        Raises:
            MailgridError: one is not what its digest says, or cannot be written.
            LedgerError: they cannot be read.
        """
        names = sorted(self._enclosed.needed(people) - self._bundled)
        with self._lock:
            self._fetch([name for name in names if not self._users[name]])
            self._users.update(names)
        try:
            yield
        finally:
            with self._lock:
                self._users.subtract(names)
                self._remove([name for name in names if not self._users[name]])

    def _fetch(self, names: Sequence[str]) -> None:
        for start in range(0, len(names), _BATCH):
            rows = self._server.rows(_NAMES, (self._run, names[start : start + _BATCH]))
            digests: dict[str, str] = dict(rows)
            contents: dict[str, bytes] = dict(self._server.rows(_CONTENTS, (sorted(set(digests.values())),)))
            for name, digest in digests.items():
                content = bytes(contents.get(digest, b""))
                if digest_of(content) != digest:
                    raise MailgridError(f"the database has another `{name}` than was there when this run began")
                self._write(name, content)

    def _write(self, name: str, content: bytes) -> None:
        place = self._enclosed.root / checked(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)

    def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            (self._enclosed.root / name).unlink(missing_ok=True)
            del self._users[name]
