"""The source `sheets`: a sheet of Google, one that anybody with its link may see, or one that is shared with us."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mailgrid.hookspecs import Context, Option, OptionType, Source, SourceKind, hookimpl

from .csv import DATES
from .extra import needs

__all__ = ["open_sheets", "register_sources"]


def open_sheets(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Ask Google for the sheet.

    Raises:
        SourceError: there is no such sheet, it is not public, or not shared with us.
    """
    from .google_sheets import open_public, open_shared

    if options["key"] is None:
        return open_public(location or "", options, context)
    with needs("sheets", "google"):
        return open_shared(location or "", options)


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `sheets`."""
    register(
        SourceKind(
            name="sheets",
            open=open_sheets,
            help="rows of a sheet of Google, by the link to it; the first row names the columns",
            options=(
                Option(
                    name="key",
                    type=OptionType.PATH,
                    help="the key of a service account (JSON) that the sheet is shared with; without one it is public",
                ),
                Option(name="sheet", type=OptionType.TEXT, default="", help="with `key`: the name of the sheet"),
                Option(
                    name="range", type=OptionType.TEXT, default="", help='with `key`: the part that is read: "B3:F"'
                ),
                DATES,
                Option(
                    name="max_size", type=OptionType.SIZE, default=1 << 30, help="how large the answer may be, unpacked"
                ),
                Option(
                    name="timeout",
                    type=OptionType.DURATION,
                    default=timedelta(seconds=60),
                    help="how long each step may take",
                ),
            ),
        ),
    )
