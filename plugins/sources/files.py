"""The source `files`: a query over several files of the project, CSV, JSON and Parquet, joined as in a database."""

from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context, Location, Option, OptionType, Source, SourceKind, hookimpl

from .extra import needs
from .parquet import PREFILTER

__all__ = ["open_files", "register_sources"]


def open_files(_location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Open the files and ask the query, which sees these files and nothing else.

    Raises:
        SourceError: a file is not there, the query fails, or what reads them is not installed.
    """
    with needs("files", "data"):
        from .duck import DuckSource, Files

    names = dict(_pair(each) for each in options["tables"])
    paths = {table: context.resolve(name) for table, name in names.items()}
    files = Files(paths, names, lambda: None)
    return DuckSource(files, options["query"], "files", prefilter=options["prefilter"])


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `files`."""
    register(
        SourceKind(
            name="files",
            open=open_files,
            help="rows of a query over files of the project: CSV, JSON and Parquet",
            location=Location.NONE,
            location_required=False,
            options=(
                Option(
                    name="tables",
                    type=OptionType.LIST,
                    required=True,
                    help='the files, each as "name=file": .parquet, .csv, .tsv, .json or .jsonl, packed or not (.gz)',
                ),
                Option(name="query", type=OptionType.TEXT, required=True, help="the query, in the SQL of DuckDB"),
                PREFILTER,
            ),
        ),
    )


def _pair(written: str) -> tuple[str, str]:
    table, equals, name = written.partition("=")
    if not equals or not table.strip().isidentifier() or not name.strip():
        raise SourceError("a table is written name=file", hint='like `tables "orders=orders.csv"`')
    return table.strip(), name.strip()
