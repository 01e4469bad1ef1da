"""The source `jsonl`: one JSON record a line, as programs write them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mailgrid.hookspecs import Context, Location, Source, SourceKind, hookimpl

from .csv import DATES
from .text_file import TextFile, open_text

__all__ = ["open_jsonl", "records_of_lines", "register_sources"]


def records_of_lines(file: TextFile) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the record of each line that is not blank.

    Raises:
        SourceError: a line is no record.
    """
    from .json_text import decoder, record_of

    decode = decoder().decode
    for number, line in enumerate(file, 1):
        if line.isspace():
            continue
        try:
            value = decode(line)
        except (ValueError, RecursionError) as error:
            raise file.error(f"is not JSON: {_reason(error)}", line=number) from None
        yield number, record_of(value, file, number)


def open_jsonl(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Open the file at `location` and read its first records.

    Raises:
        SourceError: the file cannot be read, or has no record.
    """
    from .records import Records

    file = open_text(location or "-", "utf-8", context)
    with file.closed_on_error():
        return Records(records_of_lines(file), file.close, file.error, dates=options["dates"])


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `jsonl`."""
    register(
        SourceKind(
            name="jsonl",
            open=open_jsonl,
            help="JSON records, one a line",
            location=Location.FILE,
            options=(DATES,),
        ),
    )


def _reason(error: Exception) -> str:
    """Say what the decoder says, without the text that it stands in, which holds people."""
    if isinstance(error, RecursionError):
        return "nested too deep"
    reason = getattr(error, "msg", str(error))
    column = getattr(error, "colno", 0)
    return f"{reason[:1].lower()}{reason[1:]}{f' at column {column}' if column else ''}"
