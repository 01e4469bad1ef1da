"""The source `xlsx`: the rows of a sheet of Excel."""

from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.hookspecs import Context, Location, Option, OptionType, Source, SourceKind, hookimpl

from .csv import DATES
from .extra import needs

__all__ = ["OPTIONS", "open_workbook", "register_sources"]

#: The options of every workbook.
OPTIONS = (
    Option(
        name="sheet", type=OptionType.TEXT, default="", help="the name of the sheet; the first, where none is named"
    ),
    Option(
        name="range",
        type=OptionType.TEXT,
        default="",
        help='the part of the sheet that is read, like "B3:F900" or "B3:F"; its first row names the columns',
    ),
    Option(
        name="max_size",
        type=OptionType.SIZE,
        default=512 * 1024 * 1024,
        help="how large the file may become when it is unpacked",
    ),
    DATES,
)


def open_workbook(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Open the workbook at `location` and read the names of its columns.

    Raises:
        SourceError: it cannot be read, has no such sheet, or what reads it is not installed.
    """
    with needs("xlsx", "excel"):
        from .workbook import open_sheet

    return open_sheet(location or "", options, context)


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `xlsx`."""
    register(
        SourceKind(
            name="xlsx",
            open=open_workbook,
            help="rows of a sheet of Excel, whose first row names the columns",
            location=Location.FILE,
            options=OPTIONS,
        ),
    )
