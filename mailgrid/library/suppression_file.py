"""The do-not-mail list as a file: CSV with a header, or an address a line."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TextIO

from mailgrid.errors import AddressError, SourceError
from mailgrid.formula import guarded, unguarded
from mailgrid.ledger.suppression import CLASSES, Suppressed
from mailgrid.message.address import parse
from mailgrid.rfc3339 import rfc3339

__all__ = ["ADDRESS_COLUMNS", "COLUMNS", "SuppressionFile", "write_list"]

COLUMNS = ("address", "class", "reason", "since", "source")
#: What other programs call the column of the address, in lower case.
ADDRESS_COLUMNS = ("address", "email", "e-mail", "mail", "email address", "recipient")
_DELIMITERS = ",;\t|"
_EXAMPLES = 3


@dataclass(slots=True)
class SuppressionFile:
    """Reads people out of a file, in flat memory.

    The first line names the columns, unless it holds an address: then each line's cell in that place is one. What
    stands in columns called as in `COLUMNS` is taken over. Empty lines are left out, and where there is no header lines
    that begin with `#`.

    Args:
        file: the lines.
        name: the file, as the user named it.
        default: what is true of everybody of whom the file does not say otherwise.
        column: the column that holds the addresses; empty for the one that is known by its name.

    `count` is how many were read, `bad` how many lines hold no address, `lines` are the first of these.
    """

    file: TextIO
    name: str
    default: Suppressed
    column: str = ""
    count: int = 0
    bad: int = 0
    lines: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Suppressed]:
        """Yield the people.

        Raises:
            SourceError: the file cannot be read, or does not say where the addresses are.
        """
        try:
            yield from self._people()
        except (UnicodeDecodeError, csv.Error, OSError) as error:
            reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise SourceError(f"cannot be read: {reason}", file=self.name) from None

    def _people(self) -> Iterator[Suppressed]:
        skipped, first = 0, next(self.file, "")
        while first and (not first.strip() or first.startswith("#")):
            skipped, first = skipped + 1, next(self.file, "")
        reader = csv.reader(chain([first], self.file), delimiter=max(_DELIMITERS, key=first.count))
        head = [cell.strip() for cell in next(reader, [])]
        if not head:
            return
        place, places = self._places(head)
        for cells in chain([head] if places is None else [], reader):
            if any(cells) and not (places is None and cells[0].startswith("#")):
                entry = self._entry(cells, place, places or {}, skipped + reader.line_num)
                if entry is not None:
                    yield entry

    def _places(self, head: Sequence[str]) -> tuple[int, dict[str, int] | None]:
        """Return where the address stands, and where the rest; None where the first line is no header."""
        at = next((place for place, cell in enumerate(head) if "@" in cell), None)
        if at is not None:
            return at, None
        names = [name.lower() for name in head]
        wanted = [self.column.lower()] if self.column else ADDRESS_COLUMNS
        found = next((names.index(name) for name in wanted if name in names), 0 if len(head) == 1 else None)
        if found is None or (self.column and self.column.lower() not in names):
            hint = f"give it with `--column`; there are: {', '.join(head)}"
            raise SourceError("no column is known to hold the addresses", hint=hint, file=self.name, line=1)
        return found, {name: names.index(name) for name in COLUMNS[1:] if name in names}

    def _entry(self, cells: Sequence[str], place: int, places: dict[str, int], line: int) -> Suppressed | None:
        """Return who stands in a row; None for nobody."""
        try:
            address = parse(unguarded(cells[place]) if place < len(cells) else "").key
        except AddressError:
            self.bad += 1
            self.lines = [*self.lines, line][:_EXAMPLES]
            return None
        self.count += 1
        default = self.default
        said = {name: unguarded(cells[at]) for name, at in places.items() if at < len(cells) and cells[at]}
        category = said.get("class", "")
        return Suppressed(
            address,
            category if category in CLASSES else default.category,
            said.get("reason", default.reason),
            _moment(said.get("since", ""), default.since),
            said.get("source", default.source),
        )


def write_list(entries: Iterable[Suppressed], file: TextIO) -> int:
    """Write people as CSV with a header, and return how many they were.

    A cell that a spreadsheet would take for a formula begins with an apostrophe; reading takes it away again.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, each in enumerate(entries, start=1):  # noqa: B007  # counted while it is written
        since = rfc3339(each.since, exact=True)
        writer.writerow([guarded(cell) for cell in (each.address, each.category, each.reason, since, each.source)])
    return count


def _moment(text: str, default: float) -> float:
    """Return a moment as seconds since 1970; what is none is as if it were not written."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return default
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
