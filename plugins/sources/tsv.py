"""The source `tsv`: rows whose cells a tab parts (text/tab-separated-values of the IANA), where a quote is a quote."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mailgrid.hookspecs import Context, Location, Option, OptionType, Row, SourceKind, Test, hookimpl

from .csv import DATES, DECIMAL, ENCODING, CsvSource, decimal_mark
from .text_file import open_text

__all__ = ["Unescaped", "open_tsv", "register_sources"]

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "N": ""}


class Unescaped(CsvSource):
    """Cells in which a backslash begins a sign that could not stand there itself, as databases export them."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield the rows with what is meant by the escapes.

        Raises:
            SourceError: the file cannot be decoded.
        """
        for line, cells in super().rows(wanted, tests):
            yield line, [_unescape(cell) if "\\" in cell else cell for cell in cells]


def open_tsv(location: str | None, options: Mapping[str, Any], context: Context) -> CsvSource:
    """Open the file at `location` and read its header.

    Raises:
        SourceError: the file cannot be read, has no header, or an option's value makes no sense.
    """
    name = location or "-"
    decimal = decimal_mark(options, name)
    file = open_text(name, options["encoding"], context)
    kind = Unescaped if options["escapes"] else CsvSource
    with file.closed_on_error():
        return kind(file, "\t", context.report, quotes=False, decimal=decimal, dates=options["dates"])


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `tsv`."""
    register(
        SourceKind(
            name="tsv",
            open=open_tsv,
            help="rows of a text file whose cells a tab parts, and whose first line names the columns",
            location=Location.FILE,
            options=(
                ENCODING,
                Option(
                    name="escapes",
                    type=OptionType.FLAG,
                    default=False,
                    help="`\\t`, `\\n`, `\\\\` and `\\N` mean what databases mean by them",
                ),
                DECIMAL,
                DATES,
            ),
        ),
    )


def _unescape(cell: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), cell)
