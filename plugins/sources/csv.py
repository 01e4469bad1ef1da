"""The source `csv`: the rows of a text file with a header line (RFC 4180, and what spreadsheets make of it)."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Context, Location, Option, OptionType, Problem, Row, SourceKind, Test, hookimpl

from .header import check_names
from .text_file import LONGEST_LINE, TextFile, open_text

__all__ = ["DATES", "DECIMAL", "ENCODING", "CsvSource", "decimal_mark", "open_csv", "register_sources"]

#: The options that every source of texts has.
ENCODING = Option(name="encoding", type=OptionType.TEXT, default="utf-8", help="how the file was saved")
DECIMAL = Option(name="decimal", type=OptionType.TEXT, default=".", help='the decimal mark, "." or ","')
DATES = Option(
    name="dates",
    type=OptionType.TEXT,
    default="",
    help='how dates are written, like "DD/MM/YYYY"; otherwise as 2026-04-20',
)

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"?')


class CsvSource:
    """Rows of texts, as they stand; a row that is too short is filled up, one that is too long is left out.

    Args:
        file: the lines.
        delimiter: what stands between two cells; empty: what the header line has most of.
        report: takes what is wrong with a row.
        quotes: whether a cell in quotes may hold delimiters and line ends; otherwise a quote is a quote.
        decimal: the decimal mark of numbers in cells, `.` or `,`; for whoever reads them.
        dates: how dates in cells are written, like `DD/MM/YYYY`; empty: ISO 8601.

    Raises:
        SourceError: the file has no header, or cannot be read.
    """

    complete = True

    def __init__(
        self,
        file: TextFile,
        delimiter: str,
        report: Callable[[Problem], None],
        *,
        quotes: bool = True,
        decimal: str = ".",
        dates: str = "",
    ) -> None:
        self.decimal = decimal
        self.dates = dates
        self._file = file
        self._report = report
        lines = iter(file)
        head = _head(lines)
        # The limit is the process's, not the reader's; it is never lowered under somebody else's feet.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
        self._reader = csv.reader(
            chain(head, lines),
            delimiter=delimiter or _sniff(head[-1]),
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
            strict=True,
        )
        self._names = self._header()
        self.columns = tuple(Column(name=name) for name in self._names)

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:  # noqa: ARG002 - may be ignored
        """Yield the line on which each record begins, and its wanted cells.

        Raises:
            SourceError: a quote is not closed, text follows a closing quote, or the file cannot be decoded.
        """
        reader, width = self._reader, len(self._names)
        pick = _picker([self._names.index(name) for name in wanted])
        line = reader.line_num + 1
        try:
            for cells in reader:
                if len(cells) == width or self._fit(cells, line):
                    yield line, pick(cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise self._broken(str(error), line) from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _header(self) -> list[str]:
        """Read the first line that is not blank."""
        names: list[str] = []
        try:
            while not names:
                names = [cell.strip() for cell in next(self._reader)]
        except StopIteration:
            raise self._file.error("is empty", hint="the first line holds the names of the columns") from None
        except csv.Error as error:
            raise self._broken(str(error), 1) from None
        check_names(names, self._file.error, self._reader.line_num)
        return names

    def _fit(self, cells: list[str], line: int) -> bool:
        """Bring a record to the header's width, in place; say whether it can be used."""
        found, width = len(cells), len(self._names)
        if not "".join(cells).strip() and found <= 1:
            return False
        if found < width:
            cells.extend([""] * (width - found))
            self._report(Problem(kind="short row", line=line, text=f"{found} of {width} cells; the rest is empty"))
            return True
        if not any(cells[width:]):  # a spreadsheet fills rows up with delimiters
            return True
        self._report(Problem(kind="long row", line=line, text=f"{found} cells, not {width}; left out", dropped=True))
        return False

    def _broken(self, reason: str, begins: int) -> SourceError:
        """Say where a quote went wrong; `reason` is the csv module's, which has but one type for all."""
        ends = self._reader.line_num
        if reason.startswith("unexpected end"):
            return self._file.error("a quote in this record is never closed", hint="close it", line=begins)
        if reason.startswith("field larger"):
            message = f"this record has a cell longer than {LONGEST_LINE:,} characters"
            return self._file.error(message, hint="is a closing quote missing?", line=begins)
        hint = 'inside quotes a quote is written twice: `""`'
        if begins != ends:
            hint = f"the record begins on line {begins}: is a closing quote missing there?"
        return self._file.error("text follows a closing quote", hint=hint, line=ends)


def open_csv(location: str | None, options: Mapping[str, Any], context: Context) -> CsvSource:
    """Open the file at `location` and read its header.

    Raises:
        SourceError: the file cannot be read, has no header, or an option's value makes no sense.
    """
    name = location or "-"
    delimiter = {"tab": "\t"}.get(options["delimiter"], options["delimiter"])
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
        raise SourceError("`delimiter` is one character, or the word `tab`", file=name)
    decimal = decimal_mark(options, name)
    file = open_text(name, options["encoding"], context)
    with file.closed_on_error():
        return CsvSource(file, delimiter, context.report, decimal=decimal, dates=options["dates"])


def decimal_mark(options: Mapping[str, Any], name: str) -> str:
    """Return the option `decimal`.

    Raises:
        SourceError: it is no decimal mark.
    """
    mark: str = options["decimal"]
    if mark not in (".", ","):
        raise SourceError('`decimal` is "." or ","', file=name)
    return mark


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `csv`."""
    register(
        SourceKind(
            name="csv",
            open=open_csv,
            help="rows of a text file whose first line names the columns",
            location=Location.FILE,
            options=(
                Option(
                    name="delimiter",
                    type=OptionType.TEXT,
                    default="",
                    choices=("tab",),
                    help="what stands between two cells; found out from the header line where it is not written",
                ),
                ENCODING,
                DECIMAL,
                DATES,
            ),
        ),
    )


def _head(lines: Iterator[str]) -> list[str]:
    """Take the lines up to the first that is not blank."""
    head = [next(lines, "")]
    while head[-1] and not head[-1].strip():
        head.append(next(lines, ""))
    return head


def _sniff(line: str) -> str:
    """Find the delimiter that a header line has most of, outside of quotes."""
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def _picker(indexes: list[int]) -> Callable[[list[str]], Sequence[str]]:
    """Make the function that takes the cells at `indexes` from a record."""
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda cells: [cells[index] for index in indexes]
