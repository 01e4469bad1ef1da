"""KeyFile: the people of a CSV file, by the keys that a campaign knows them by."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TextIO

from mailgrid.errors import AddressError, SourceError
from mailgrid.library.suppression_file import ADDRESS_COLUMNS
from mailgrid.message.address import parse
from mailgrid.pipeline.key_text import key_text

__all__ = ["KeyFile"]

_DELIMITERS = ",;\t|"
_EXAMPLES = 3


@dataclass(slots=True)
class KeyFile:
    """Reads people out of a file with a header, in flat memory.

    Args:
        file: the lines.
        name: the file, as the user named it.
        key: the column that the campaign knows people by; None for the address.
        column: what that column is called in this file, where it has another name.

    `bad` is how many lines hold nobody, `lines` are the first of these.
    """

    file: TextIO
    name: str
    key: str | None
    column: str = ""
    bad: int = 0
    lines: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield (key, address); the address is empty where the file does not tell it.

        Raises:
            SourceError: the file cannot be read, or has no such column.
        """
        try:
            yield from self._people()
        except (UnicodeDecodeError, csv.Error, OSError) as error:
            reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise SourceError(f"cannot be read: {reason}", file=self.name) from None

    def _people(self) -> Iterator[tuple[str, str]]:
        first = next(self.file, "")
        reader = csv.reader(chain([first], self.file), delimiter=max(_DELIMITERS, key=first.count))
        head = [name.strip().casefold() for name in next(reader, [])]
        person = self._person(head)
        for cells in reader:
            if not any(cells):
                continue
            found = person([*cells, *[""] * (len(head) - len(cells))])
            if found is None:
                self.bad += 1
                self.lines = [*self.lines, reader.line_num][:_EXAMPLES]
            else:
                yield found

    def _person(self, head: list[str]) -> Callable[[list[str]], tuple[str, str] | None]:
        """Return what makes a person of a row's cells, None of one that holds nobody."""
        at = _place(head, [self.column or self.key or ""] if self.column or self.key else ADDRESS_COLUMNS)
        if at is None:
            hint = f"name it with `--column`; there are: {', '.join(head) or 'none'}"
            wanted = self.column or self.key or "the addresses"
            raise SourceError(f"no column is known to hold `{wanted}`", hint=hint, file=self.name, line=1)
        if self.key is None:
            return lambda cells: _by_address(cells[at])
        beside = _place(head, ADDRESS_COLUMNS)
        return lambda cells: _by_key(cells[at], "" if beside is None else cells[beside])


def _place(head: list[str], names: Sequence[str]) -> int | None:
    return next((head.index(name.casefold()) for name in names if name.casefold() in head), None)


def _by_address(cell: str) -> tuple[str, str] | None:
    try:
        address = parse(cell)
    except AddressError:
        return None
    return address.key, address.wire


def _by_key(cell: str, address: str) -> tuple[str, str] | None:
    key = key_text(cell)
    found = _by_address(address)
    return (key, found[1] if found else "") if key else None
