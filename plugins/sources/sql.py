"""The source `sql`: the rows of a query, in PostgreSQL, MySQL, SQLite and whatever else SQLAlchemy speaks to."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mailgrid.hookspecs import Context, Option, OptionType, Source, SourceKind, hookimpl

from .extra import needs

__all__ = ["open_sql", "register_sources"]


def open_sql(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Connect to the database, and let it say which columns the query has.

    Raises:
        SourceError: it cannot be reached, refuses the query, or what speaks to it is not installed.
    """
    with needs("sql", "sql"):
        from .sql_source import open_query

        return open_query(location or "", options, context)


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `sql`."""
    register(
        SourceKind(
            name="sql",
            open=open_sql,
            help='rows of a database: `sql env("DATABASE_URL")`; it has to be trusted: --trust sql',
            trust=True,
            options=(
                Option(name="query", type=OptionType.TEXT, required=True, help="the query, one SELECT"),
                Option(
                    name="parameters",
                    type=OptionType.LIST,
                    default=(),
                    help='what `:name` stands for in the query, each as "name=value"; always a text',
                ),
                Option(name="password", type=OptionType.SECRET, help="the password, where the location has none"),
                Option(
                    name="prefilter",
                    type=OptionType.FLAG,
                    default=True,
                    help="whether the database leaves out rows that surely do not match",
                ),
                Option(
                    name="timeout",
                    type=OptionType.DURATION,
                    default=timedelta(seconds=30),
                    help="how long connecting may take",
                ),
            ),
        ),
    )
