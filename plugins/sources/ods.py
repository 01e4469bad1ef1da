"""The source `ods`: the rows of a sheet of LibreOffice (OpenDocument)."""

from collections.abc import Callable

from mailgrid.hookspecs import Location, SourceKind, hookimpl

from .xlsx import OPTIONS, open_workbook

__all__ = ["register_sources"]


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `ods`."""
    register(
        SourceKind(
            name="ods",
            open=open_workbook,
            help="rows of a sheet of LibreOffice, whose first row names the columns",
            location=Location.FILE,
            options=OPTIONS,
        ),
    )
