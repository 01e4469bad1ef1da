"""PostgresBerth: a database as one side of a move."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from mailgrid.errors import Refused
from mailgrid.ledger.cargo import Berth, Row, Table, plain, shifted, truths
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.faults import told
from mailgrid.ledger.postgres.leases import STALL, Lease, live
from mailgrid.ledger.postgres.server import Connection, Server, ask

__all__ = ["PostgresBerth", "arriving", "leaving"]

_LEDGERS = "SELECT campaign, rehearsal, id, path, bucket FROM ledgers ORDER BY number"
_NEW_LEDGER = """
    INSERT INTO ledgers (campaign, rehearsal, id, path, bucket) VALUES (%s, %s, %s, %s, %s) RETURNING number
"""
#: How the rows of a table are told that belong to a ledger.
_OF_LEDGER = {
    "editions": "ledger = @ledger",
    "runs": "edition IN (SELECT id FROM editions WHERE ledger = @ledger)",
    "recipients": "edition IN (SELECT id FROM editions WHERE ledger = @ledger)",
    "attempts": """
        recipient IN (SELECT r.id FROM recipients r JOIN editions e ON e.id = edition WHERE ledger = @ledger)
    """,
    "plans": "ledger = @ledger",
}
_TITLES = """
    SELECT title FROM transports WHERE id IN (
        SELECT transport FROM recipients r JOIN editions e ON e.id = edition WHERE ledger = @ledger
        UNION SELECT a.transport FROM attempts a JOIN recipients r ON r.id = recipient JOIN editions e ON e.id = edition
        WHERE ledger = @ledger
    ) ORDER BY id
"""
_LEDGER = "(SELECT number FROM ledgers WHERE campaign = %s AND rehearsal = %s)"
_TITLE = "(SELECT title FROM transports WHERE transports.id = transport) AS transport"
_NUMBERED = ("editions", "runs", "recipients", "attempts")
_ATTEMPTED = frozenset({"recipients", "attempts"})
_TRANSPORT = """
    INSERT INTO transports (title) VALUES (%s) ON CONFLICT (title) DO UPDATE SET title = excluded.title RETURNING id
"""


class PostgresBerth:
    """A `Berth`; all that is loaded is committed together, by whoever opened the connection.

    Args:
        server: where the tables are, made.
        connection: in a transaction.
    """

    def __init__(self, server: Server, connection: Connection) -> None:
        self._server = server
        self._connection = connection
        self._ledgers: dict[tuple[str, bool], tuple[int, Mapping[str, int]]] = {}
        self._transports: dict[str | None, int | None] = {None: None}

    def ledgers(self) -> Sequence[Row]:
        """Return the ledgers: campaign, whether it is that of rehearsals, id, path, and the state of the bucket."""
        return self._ask(_LEDGERS)

    def read(self, table: Table, ledger: tuple[str, bool] | None) -> Iterator[Row]:
        """Go through a table's rows, those of one ledger, or of what campaigns share.

        The numbers of one that was loaded here are as they were before.
        """
        back = {name: -by for name, by in self._ledgers[ledger][1].items()} if ledger in self._ledgers else {}
        sql = f"SELECT {', '.join(_columns(table))} FROM {table.name}"  # noqa: S608  # the names are our own
        if ledger is not None:
            sql += f" WHERE {_OF_LEDGER[table.name].replace('@ledger', _LEDGER)}"
        ordered = " ORDER BY id" if "id" in table.numbers else ""
        with told(self._server.place), self._connection.cursor(f"cargo_{table.name}") as cursor:
            for row in cursor.execute(f"{sql}{ordered}".encode(), ledger or ()):
                yield shifted(table, plain(table, row), back)

    def titles(self, ledger: tuple[str, bool]) -> Sequence[str]:
        """Return the titles of the transports through which a ledger's messages went."""
        return [title for (title,) in self._ask(_TITLES.replace("@ledger", _LEDGER), (*ledger, *ledger))]

    def introduce(self, ledger: Row, titles: Sequence[str]) -> None:
        """Write down a ledger, as `ledgers` gives it, with the titles of its transports, before its rows are loaded."""
        if not self._ledgers:
            self._ask_nothing("LOCK TABLE editions, runs, recipients, attempts IN SHARE ROW EXCLUSIVE MODE")
        ((number,),) = self._ask(_NEW_LEDGER, ledger)
        last = {name: self._ask(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0] for name in _NUMBERED}  # noqa: S608
        self._ledgers[ledger[:2]] = number, last
        for title in titles:
            self._transports[title] = self._ask(_TRANSPORT, (title,))[0][0]

    def load(self, table: Table, rows: Iterable[Row], ledger: tuple[str, bool] | None) -> None:
        """Write a table's rows, of a ledger that was introduced, or of what campaigns share."""
        number, by = (0, {}) if ledger is None else self._ledgers[ledger]
        more = {"editions": ("ledger", number), "plans": ("ledger", number), "revision": ("only_one", True)}
        name, value = more.get(table.name, ("", None))
        sql = f"COPY {table.name} ({', '.join(filter(None, (*table.columns, name)))}) FROM STDIN"
        with told(self._server.place), self._connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            for row in rows:
                ready = truths(table, shifted(table, row, by))
                if table.name in _ATTEMPTED:
                    ready = (*ready[:-1], self._transports[ready[-1]])
                copy.write_row((*ready, value) if name else ready)

    def finish(self) -> None:
        """Let the numbers of later rows begin behind those that were loaded."""
        for table in _NUMBERED:
            self._ask(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
            self._ask_nothing(f"ANALYZE {table}")

    def secret(self) -> str:
        """Return the key of the hashes of those who were forgotten; empty where there are none."""
        rows = self._ask("SELECT value FROM keys WHERE name = 'forgotten'")
        return str(rows[0][0]) if rows else ""

    def keep_secret(self, key: str) -> None:
        """Keep that key."""
        if key:
            self._ask_nothing("INSERT INTO keys (name, value) VALUES ('forgotten', %s)", (key,))

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with told(self._server.place):
            return ask(self._connection, sql, values).fetchall()

    def _ask_nothing(self, sql: str, values: Sequence[object] = ()) -> None:
        with told(self._server.place):
            ask(self._connection, sql, values)


def _columns(table: Table) -> list[str]:
    titled = table.name in _ATTEMPTED
    return [_TITLE if titled and column == "transport" else column for column in table.columns]


@contextmanager
def arriving(target: Ledgers) -> Iterator[Berth]:
    """Lend a database as the place where ledgers arrive: all that is loaded is committed when it is left, or nothing.

    Raises:
        LedgerError: this role may not make the tables.
    """
    assert isinstance(target, Database)
    target.project().close()
    with target.server.transaction() as connection:
        yield PostgresBerth(target.server, connection)


@contextmanager
def leaving(source: Ledgers) -> Iterator[tuple[Berth, Callable[[], str]]]:
    """Lend a database as the place that ledgers leave, and what sets its schema aside; it returns the new name.

    Raises:
        Refused: hosts of a cluster still send.
    """
    assert isinstance(source, Database)
    server = source.server
    if any(lease.chunk is not None and lease.silent <= STALL for lease in _leases(server)):
        hint = "stop the workers, or wait until they have ended"
        raise Refused(f"hosts still send from {source.title}, so nothing was moved", hint=hint)

    def set_aside() -> str:
        aside = f"{server.place.schema[:40]}_moved_{time.time():.0f}"
        with server.connection() as connection:
            ask(connection, f"ALTER SCHEMA {server.place.schema} RENAME TO {aside}")
        return f"{source.title}, schema {aside}"

    with server.transaction() as connection:
        ask(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        berth = PostgresBerth(server, connection)
        yield berth, set_aside


def _leases(server: Server) -> list[Lease]:
    with server.connection() as connection:
        numbers = [number for (number,) in ask(connection, "SELECT number FROM ledgers").fetchall()]
        return [lease for number in numbers for lease in live(connection, number)]
