"""Rows by DuckDB, which runs within this process: it is shown a few files, and cannot open any other."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Row, Test

from .blanks import BLANKS, can_be_said
from .sql_types import plain

__all__ = ["DuckSource", "Files"]

#: So many rows are taken at once.
_BATCH = 1000
_READERS = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, all_varchar = true)",
    ".tsv": "read_csv(?, all_varchar = true, delim = '\t')",
    ".json": "read_json_auto(?)",
    ".jsonl": "read_json_auto(?, format = 'newline_delimited')",
}
_TYPES = (
    (re.compile(r".*\[\d*\]"), "list"),
    (re.compile(r"VARCHAR"), "text"),
    (re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)"), "number"),
    (re.compile(r"BOOLEAN"), "yes/no"),
    (re.compile(r"DATE"), "date"),
    (re.compile(r"TIMESTAMP.*"), "datetime"),
)
_ADDRESS = re.compile(r"[^\s\"'=(]+@[^\s\"')]+")
_PLAIN = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Files:
    """What is shown: files on disk by the names of their tables, how messages call each, and what gives them back.

    `ending` says what they all are, like `.parquet`; empty: what each is called says it.
    """

    paths: Mapping[str, Path]
    names: Mapping[str, str]
    close: Callable[[], None]
    ending: str = ""


class DuckSource:
    """The rows of a query over files.

    Args:
        files: the files.
        query: the query.
        title: how messages call the source.
        prefilter: whether rows may be left out before they are read.

    Raises:
        SourceError: a file cannot be read, or the query fails.
    """

    complete = True

    def __init__(self, files: Files, query: str, title: str, *, prefilter: bool) -> None:
        self.query = ""
        self.prefiltered = False
        self._files = files
        self._title = title
        self._prefilter = prefilter
        self._connection = duckdb.connect(":memory:")
        try:
            self._show()
            self._query = self._one(query)
            described = self._connection.execute(f"DESCRIBE {self._query}").fetchall()
        except duckdb.Error as error:
            self.close()
            raise self._error(f"the query fails: {_reason(error)}") from None
        except SourceError:
            self.close()
            raise
        self.columns = tuple(Column(name=str(each[0]), type=_type(str(each[1]))) for each in described)

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield the rows, numbered as they come.

        Raises:
            SourceError: a file is damaged.
        """
        where, values = self._where(tests) if self._prefilter else ([], [])
        chosen = ", ".join(map(_quoted, wanted)) or "1"
        statement = f"SELECT {chosen} FROM ({self._query}\n) AS asked"  # noqa: S608  # names are quoted, values bound
        statement += f" WHERE {' AND '.join(where)}" if where else ""
        self.query = _shown(statement, values)
        self.prefiltered = bool(where)
        row = 0
        try:
            found = self._connection.execute(statement, values)
            batches = iter(lambda: found.fetchmany(_BATCH), [])
            for row, cells in enumerate(chain.from_iterable(batches), 1):
                yield row, [cell if cell.__class__ in _PLAIN else plain(cell) for cell in cells[: len(wanted)]]
        except duckdb.Error as error:
            after = f" after row {row:,}" if row else ""
            raise self._error(f"the query fails{after}: {_reason(error)}") from None

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()
        self._files.close()

    def _show(self) -> None:
        """Show the files; from then on nothing else can be opened, on disk or elsewhere."""
        run = self._connection.execute
        run("SET autoinstall_known_extensions = false")
        run("SET autoload_known_extensions = false")
        run("SET TimeZone = 'UTC'")
        run("SET enable_progress_bar = false")  # it is drawn on stdout, where events go
        run("SET allowed_paths = ?", [[str(path) for path in self._files.paths.values()]])
        run("SET enable_external_access = false")
        for table, path in self._files.paths.items():
            name = self._files.names[table]
            if not path.is_file():
                raise SourceError("there is no such file", file=name)
            ending = self._files.ending or next((each for each in path.suffixes[::-1] if each != ".gz"), "")
            reader = _READERS.get(ending, _READERS[".parquet"]).replace("?", "'" + str(path).replace("'", "''") + "'")
            try:
                run(f"CREATE VIEW {_quoted(table)} AS SELECT * FROM {reader}")  # noqa: S608  # both are quoted
            except duckdb.Error as error:
                raise SourceError(f"cannot be read: {_reason(error)}", file=name) from None
        run("SET lock_configuration = true")

    def _one(self, query: str) -> str:
        """Return a query that is one, and only asks."""
        statements = duckdb.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise self._error("the query is not one SELECT")
        return query.strip().rstrip(";")

    def _where(self, tests: Sequence[Test]) -> tuple[list[str], list[object]]:
        """Return what every row fulfils that may pass all of the tests; see `prefilter`."""
        types = {column.name: column.type for column in self.columns}
        where: list[str] = []
        values: list[object] = []
        for test in tests:
            name = _quoted(test.column)
            if types.get(test.column) == "text" and all(map(can_be_said, test.values)):
                marks = ", ".join("?" for _ in test.values)
                asked = f"IN ({marks})" if test.values else "<> ''"
                where.append(f"trim({name}, ?) {asked}")
                values += [BLANKS, *(value.strip() for value in test.values)]
            elif test.column in types and test.operator == "is not empty":
                where.append(f"{name} IS NOT NULL")
        return where, values

    def _error(self, message: str) -> SourceError:
        return SourceError(message, file=self._title)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shown(statement: str, values: Sequence[object]) -> str:
    """Return the SQL in one line, with its values in their places."""
    *parts, last = statement.split("?") if values else [statement]
    if len(parts) != len(values):  # the query has question marks of its own
        return " ".join(statement.split())
    written = (":blanks" if value == BLANKS else "'" + str(value).replace("'", "''") + "'" for value in values)
    return " ".join("".join([*(part + value for part, value in zip(parts, written, strict=True)), last]).split())


def _type(written: str) -> str | None:
    return next((kind for pattern, kind in _TYPES if pattern.fullmatch(written)), None)


def _reason(error: duckdb.Error) -> str:
    """Return what is wrong, in one line, with addresses masked (they are rows)."""
    return _ADDRESS.sub("***", str(error).partition("\n")[0].strip())
