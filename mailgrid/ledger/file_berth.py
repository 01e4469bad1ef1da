"""FileBerth: a folder of SQLite files as one side of a move."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.ledger import schema
from mailgrid.ledger.cargo import Row, Table, plain
from mailgrid.ledger.durable import replace_file
from mailgrid.ledger.faults import told
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.project import open_project, read_project

__all__ = ["FileBerth"]

_LEDGER = "SELECT id, path, bucket FROM meta"
_NEW_LEDGER = "INSERT INTO meta (id, campaign, path, bucket) VALUES (?, ?, ?, ?)"
_TITLE = "(SELECT title FROM transports WHERE transports.id = transport) AS transport"
_NUMBER = "(SELECT id FROM transports WHERE title = ?)"
_ATTEMPTED = frozenset({"recipients", "attempts"})


class FileBerth:
    """A `Berth`.

    Args:
        folder: where the files are; when something is loaded, none of them is there yet.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def ledgers(self) -> Sequence[Row]:
        """Return the ledgers: campaign, whether it is that of rehearsals, id, path, and the state of the bucket."""
        found: list[Row] = []
        for campaign, rehearsal in self._folder.campaigns():
            file = self._folder.file(campaign, rehearsal=rehearsal)
            with told(file), closing(schema.open_reader(file)) as connection:
                found += ((campaign, rehearsal, *row) for row in connection.execute(_LEDGER))
        return found

    def read(self, table: Table, ledger: tuple[str, bool] | None) -> Iterator[Row]:
        """Go through a table's rows, those of one ledger, or of what campaigns share."""
        file = self._file(ledger)
        with told(file):
            connection = read_project(file) if ledger is None else schema.open_reader(file)
            if connection is None:
                return
            with closing(connection):
                for row in connection.execute(_query(table)):
                    yield plain(table, row)

    def titles(self, ledger: tuple[str, bool]) -> Sequence[str]:
        """Return the titles of the transports through which a ledger's messages went."""
        file = self._folder.file(ledger[0], rehearsal=ledger[1])
        with told(file), closing(schema.open_reader(file)) as connection:
            return [title for (title,) in connection.execute("SELECT title FROM transports ORDER BY id")]

    def introduce(self, ledger: Row, titles: Sequence[str]) -> None:
        """Write down a ledger, as `ledgers` gives it, with the titles of its transports, before its rows are loaded."""
        self._folder.make()
        file = self._folder.file(ledger[0], rehearsal=ledger[1])
        with told(file), closing(schema.open_writer(file)) as connection, schema.transaction(connection):
            connection.execute(_NEW_LEDGER, (ledger[2], ledger[0], *ledger[3:]))
            connection.executemany("INSERT INTO transports (title) VALUES (?)", [(title,) for title in titles])

    def load(self, table: Table, rows: Iterable[Row], ledger: tuple[str, bool] | None) -> None:
        """Write a table's rows, of a ledger that was introduced, or of what campaigns share."""
        self._folder.make()
        file = self._file(ledger)
        open_file = open_project if ledger is None else schema.open_writer
        with told(file), closing(open_file(file)) as connection, schema.transaction(connection):
            connection.executemany(_insert(table), rows)

    def finish(self) -> None:
        """Do nothing: a file is ready when it is written."""

    def secret(self) -> str:
        """Return the key of the hashes of those who were forgotten; empty where there are none."""
        return self._folder.pseudonyms.written()

    def keep_secret(self, key: str) -> None:
        """Keep that key."""
        if key:
            self._folder.make()
            with told(self._folder.path):
                replace_file(self._folder.pseudonyms.path, f"{key}\n".encode(), 0o600)

    def _file(self, ledger: tuple[str, bool] | None) -> Path:
        return self._folder.shared if ledger is None else self._folder.file(ledger[0], rehearsal=ledger[1])


def _query(table: Table) -> str:
    titled = table.name in _ATTEMPTED
    columns = [_TITLE if titled and column == "transport" else column for column in table.columns]
    ordered = " ORDER BY id" if "id" in table.numbers else ""
    return f"SELECT {', '.join(columns)} FROM {table.name}{ordered}"  # noqa: S608  # the names are our own


def _insert(table: Table) -> str:
    titled = table.name in _ATTEMPTED
    values = [_NUMBER if titled and column == "transport" else "?" for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({', '.join(values)})"  # noqa: S608  # so are these
