"""Rows of a database: one query, in one snapshot, through a cursor that stays at the server."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Select,
    TextClause,
    column,
    literal_column,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.selectable import Subquery

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Context, Row, Test

from .blanks import BLANKS
from .prefilter import conditions
from .sql_database import connect, failure
from .sql_types import plain, type_of

__all__ = ["SqlSource", "open_query"]

Picker = Callable[[Sequence[Any]], Sequence[Any]]

#: So many rows travel at once.
_BATCH = 1000
_STREAMING = {"stream_results": True, "yield_per": _BATCH}
#: Where a colon is a colon: in quotes, in remarks, and between the dollars of PostgreSQL.
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$""", re.DOTALL)
#: MySQL has, besides, quotes in which a backslash stands before what is meant as it is.
_MYSQL_QUOTED = re.compile(rf"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|{_QUOTED.pattern}""", re.DOTALL)
#: These sort nothing within another query, where the standard lets them choose.
_UNSORTED = frozenset({"mysql", "mariadb"})
_SORTING = re.compile(r"\border\s+by\b", re.IGNORECASE)
#: Those whose texts the prefilter knows how to ask.
_FILTERING = frozenset({"postgresql", "sqlite"})


class SqlSource:
    """The rows of one query.

    Args:
        connection: the database.
        title: how messages call it.
        query: the query, its parameters bound.
        prefilter: whether the database may leave out rows.

    Raises:
        SourceError: the database refuses the query.
    """

    complete = True

    def __init__(self, connection: Connection, title: str, query: TextClause, *, prefilter: bool) -> None:
        self.query = ""
        self.prefiltered = False
        self._connection = connection
        self._found: CursorResult[Any] | None = None
        self._title = title
        self._database = connection.dialect.name
        self._text = query
        try:
            found: CursorResult[Any] = connection.execute(
                select(literal_column("*")).select_from(_named(query, [])).limit(0)
            )
            described = found.cursor.description or ()
            self.columns = tuple(Column(name=each[0], type=type_of(self._database, each[1])) for each in described)
            found.close()
            self._may_filter = prefilter and self._database in _FILTERING and self._speaks_unicode()
        except SQLAlchemyError as error:
            raise self._error(f"the query fails: {failure(error)}") from None

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield the rows, numbered as they come.

        Raises:
            SourceError: the database ends the query.
        """
        statement, pick = self._statement(wanted, tests)
        row = 0
        try:
            self._found = self._connection.execute(statement, execution_options=_STREAMING)
            for row, cells in enumerate(self._found, 1):
                yield row, [cell if cell.__class__ in _PLAIN else plain(cell) for cell in pick(cells)]
        except SQLAlchemyError as error:
            after = f" after row {row:,}" if row else ""
            raise self._error(f"the query fails{after}: {failure(error)}") from None

    def close(self) -> None:
        """Leave the database as it was."""
        if self._found is not None:
            _abandon(self._found)
            self._found.close()
        self._connection.close()
        self._connection.engine.dispose()

    def _statement(self, wanted: Sequence[str], tests: Sequence[Test]) -> tuple[Executable, Picker]:
        """Ask for the wanted columns only, and for rows that may pass; return what picks the columns out of a row."""
        names = [each.name for each in self.columns]
        if self._database in _UNSORTED and _SORTING.search(self._text.text):
            self.query = " ".join(self._text.text.split())
            places = [names.index(name) for name in wanted]
            return self._text, lambda cells: [cells[place] for place in places]
        inner = _named(self._text, names)
        chosen: list[ColumnElement[Any]] = [inner.c[name] for name in wanted]
        texts = [each.name for each in self.columns if each.type == "text"]
        found = conditions(self._database, dict(inner.c.items()), texts, tests) if self._may_filter else []
        statement = select(*(chosen or [literal_column("1")])).select_from(inner).where(*found)
        self.query = _shown(statement, self._connection)
        self.prefiltered = bool(found)
        count = len(wanted)
        return statement, lambda cells: cells[:count]

    def _speaks_unicode(self) -> bool:
        """Whether the database can be told the blanks of Unicode."""
        if self._database != "postgresql":
            return True
        return bool(self._connection.execute(text("SHOW server_encoding")).scalar() == "UTF8")

    def _error(self, message: str) -> SourceError:
        return SourceError(f"{self._title}: {message}")


#: What is given on as it is.
_PLAIN = frozenset({str, int, float, bool, type(None)})


def open_query(location: str, options: Mapping[str, Any], context: Context) -> SqlSource:
    """Connect to the database, and let it say which columns the query has.

    Raises:
        SourceError: it cannot be reached, or refuses the query.
        ImportError: the database's driver is not installed.
    """
    query = _query(options, location.partition(":")[0].partition("+")[0])
    connection, title = connect(location, options, context.resolve)
    try:
        return SqlSource(connection, title, query, prefilter=options["prefilter"])
    except SourceError:
        connection.close()
        connection.engine.dispose()
        raise


def _abandon(found: CursorResult[Any]) -> None:
    """Let go of a query whose rows were not all read: PyMySQL would read the rest of them, however many there are."""
    result: Any = getattr(found.cursor, "_result", None)
    if getattr(result, "unbuffered_active", False):
        result.unbuffered_active, result.connection = False, None
        found.connection.invalidate()


def _query(options: Mapping[str, Any], database: str) -> TextClause:
    """Return the query with its parameters, each of which is a value whatever it holds."""
    given = dict(_pair(each) for each in options["parameters"])
    quoted = _MYSQL_QUOTED if database in _UNSORTED else _QUOTED
    written = quoted.sub(lambda found: found[0].replace(":", "\\:"), options["query"].strip().rstrip(";"))
    query = text(written + "\n")  # a remark at its end would hide what follows
    named = set(query._bindparams)  # noqa: SLF001  # SQLAlchemy has no other way to ask a text for them
    for name in sorted(named ^ given.keys()):
        hint = f'write `parameters "{name}=..."`' if name in named else ""
        what = "has no value" if name in named else "is not in the query"
        raise SourceError(f"the parameter `:{name}` {what}", hint=hint)
    return query.bindparams(**given)


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or not name.strip().isidentifier():
        raise SourceError("a parameter is written name=value", hint='like `parameters "since=2026-01-01"`')
    return name.strip(), value.strip()


def _named(query: TextClause, names: Sequence[str]) -> Subquery:
    return query.columns(*(column(name) for name in names)).subquery("asked")


def _shown(statement: Select[Any], connection: Connection) -> str:
    """Return the SQL in one line, with its values in their places."""
    compiled = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
    return " ".join(compiled.replace(f"'{BLANKS}'", ":blanks").replace("%%", "%").split())
