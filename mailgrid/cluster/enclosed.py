"""Enclosed: the files that differ from person to person. The database keeps each content once, for hosts to fetch.

Files are named as the bundle names its own: by their paths from its root. Contents are named by their SHA-256.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path, PurePosixPath

from mailgrid.cluster.bundle import LARGEST, checked
from mailgrid.cluster.contents import Contents
from mailgrid.errors import MailgridError, UsageError, reason_of
from mailgrid.hookspecs import Recipient
from mailgrid.ledger.postgres.server import Connection
from mailgrid.message.render import Renderer
from mailgrid.message.wordings import Wordings
from mailgrid.pipeline.audience import Person
from mailgrid.value import value

__all__ = ["Enclosed"]

_BATCH = 500
#: So many names are known to be kept already.
_KNOWN = 50_000
#: So many octets are read before they are stored; a single file may be larger.
_PARCEL = 8 * 1024 * 1024


@value
class Enclosed:
    """The files of a run's people.

    Args:
        renderer: knows who gets which.
        root: the folder that names start from, links followed.
    """

    renderer: Renderer | Wordings
    root: Path

    def names(self, recipient: Recipient) -> Iterator[tuple[str, Path]]:
        """Yield the files of one recipient, by name, whether they are there or not; absolute paths stay what they are.

        Raises:
            UsageError: a file is reached by a link, or is not below the root: no host would find it.
        """
        for path, place in self.renderer.enclosed(recipient):
            if PurePosixPath(path).is_absolute():
                continue
            written = tuple(part for part in PurePosixPath(os.path.normpath(path)).parts if part != "..")
            if not place.is_relative_to(self.root) or place.parts[-len(written) :] != written:
                raise UsageError(
                    "a file that somebody is to get is reached by a link, and hosts have no such link",
                    hint="put the files themselves below the project's folder, or leave out `--engine cluster`",
                )
            yield place.relative_to(self.root).as_posix(), place

    def keep(self, contents: Contents, connection: Connection, run: int, people: Iterable[Person]) -> None:
        """Keep the files that people of a run get, as they are now.

        Args:
            contents: where.
            connection: in the transaction that writes the run down.
            run: its number.
            people: of the run.

        Raises:
            UsageError: as `names`.
            MailgridError: one cannot be read, or is too large.
            LedgerError: they cannot be stored.
        """
        known: set[str] = set()
        everybody = iter(people)
        while batch := list(islice(everybody, _BATCH)):
            found = dict(file for person in batch for file in self.names(person.recipient))
            for parcel in _parcels({name: file for name, file in found.items() if name not in known}):
                contents.keep(connection, run, parcel)
            known = known | found.keys() if len(known) < _KNOWN else set(found)

    def needed(self, people: Iterable[Person]) -> set[str]:
        """Return the names of the files that people get, those included that are not there."""
        return {name for person in people for name, _ in self.names(person.recipient)}


def _parcels(files: Mapping[str, Path]) -> Iterator[dict[str, bytes]]:
    """Yield what is in files, by name, some of them at once."""
    parcel: dict[str, bytes] = {}
    size = 0
    for name, file in files.items():
        if (content := _content(file)) is None:
            continue
        parcel[checked(name)] = content
        size += len(content)
        if size >= _PARCEL:
            yield parcel
            parcel, size = {}, 0
    yield parcel


def _content(file: Path) -> bytes | None:
    """Return what is in a file; None where there is none: who needs it was left out before."""
    try:
        if file.stat().st_size > LARGEST:
            raise MailgridError(
                f"{file.name} takes {file.stat().st_size:,} bytes, and {LARGEST:,} are the most that hosts hand on",
                hint="make it smaller, or put it on a web server and link to it",
            )
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MailgridError(f"{file.name} cannot be read: {reason_of(error)}") from None
