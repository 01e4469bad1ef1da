"""Formats: the ways to read rows from a stream of bytes that is no file of the project."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mailgrid.hookspecs import Option, OptionType, Problem, Source

from .csv import CsvSource
from .json import RECORDS
from .text_file import TextFile

__all__ = ["FORMAT", "RECORDS", "read_as"]

FORMAT = Option(
    name="format",
    type=OptionType.WORD,
    choices=("csv", "tsv", "jsonl", "json"),
    default="csv",
    help="what comes: `csv`, `tsv`, `jsonl` or `json`",
)


def read_as(file: TextFile, written: str, options: Mapping[str, Any], report: Callable[[Problem], None]) -> Source:
    """Read a stream as rows; the source closes it.

    Args:
        file: the stream.
        written: one of the words of FORMAT.
        options: with `records` and `dates`.
        report: takes what is wrong with a row.

    Raises:
        SourceError: it has no header, or no record.
    """
    with file.closed_on_error():
        if written in ("csv", "tsv"):
            quotes, delimiter = (True, "") if written == "csv" else (False, "\t")
            return CsvSource(file, delimiter, report, quotes=quotes, dates=options["dates"])
        from .records import Records

        return Records(_records(file, written, options["records"]), file.close, file.error, dates=options["dates"])


def _records(file: TextFile, written: str, path: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    if written == "jsonl":
        from .jsonl import records_of_lines

        return records_of_lines(file)
    from .json_text import records_in

    return records_in(file, path)
