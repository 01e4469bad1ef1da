"""The source `json`: a list of records in one JSON text, or within the objects of one."""

from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.hookspecs import Context, Location, Option, OptionType, Source, SourceKind, hookimpl

from .csv import DATES
from .text_file import open_text

__all__ = ["RECORDS", "open_json", "register_sources"]

#: Where in a JSON text the list is.
RECORDS = Option(
    name="records",
    type=OptionType.TEXT,
    default="",
    help='where the list is in the text, like "data.items"; otherwise the text is the list',
)


def open_json(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Open the file at `location` and read its first records.

    Raises:
        SourceError: the file cannot be read, or has no record.
    """
    from .json_text import records_in
    from .records import Records

    file = open_text(location or "-", "utf-8", context)
    with file.closed_on_error():
        return Records(records_in(file, options["records"]), file.close, file.error, dates=options["dates"])


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `json`."""
    register(
        SourceKind(
            name="json",
            open=open_json,
            help="a list of JSON records",
            location=Location.FILE,
            options=(RECORDS, DATES),
        ),
    )
