"""Server: the connections to a ledger's database, as many as are in use at once, and transactions on them."""

import selectors
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.faults import told, unreachable
from mailgrid.ledger.postgres.place import Place

__all__ = ["OLDEST", "Connection", "Row", "Server", "ask"]

#: The oldest PostgreSQL that is known to do.
OLDEST = 14
#: So many connections that nobody uses are kept.
_MOST = 8
Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]

#: A server may be set to answer before a commit is on disk: then `sent` would not be durable. A statement's plan is
#: made anew each time: one that was made while a table was empty would go through all of it when it is long.
_OPTIONS = (
    "-c synchronous_commit=on -c plan_cache_mode=force_custom_plan -c client_min_messages=warning "
    "-c search_path={schema}"
)
#: A host that is gone without a word is noticed within half a minute.
_SETTINGS = {
    "application_name": "mailgrid",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Server:
    """A ledger's database. Any thread may use it.

    Args:
        place: where it is.

    Raises:
        LedgerError: it cannot be reached, or is too old. Every method raises it when something cannot be read or
            written.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.settings: dict[str, Any] = {**_SETTINGS, "options": _OPTIONS.format(schema=place.schema)}
        connection = self.dedicated()
        version = connection.info.server_version // 10_000
        connection.close()
        self._idle: list[Connection] = []  # the last one used last: few are kept busy, rather than all of them
        weakref.finalize(self, _hang_up, self._idle)
        if version < OLDEST:
            raise LedgerError(
                f"ledger {place.title}: the server is PostgreSQL {version}, and {OLDEST} is the oldest that will do",
                hint="upgrade the server, or give another one with `--ledger`",
            )

    def ask_for(self, setting: str, value: str) -> None:
        """Give a setting of the server's to the connections that are made from now on."""
        self.settings["options"] += f" -c {setting}={value}"

    def dedicated(self) -> Connection:
        """Return a connection of the caller's own, who closes it."""
        try:
            return psycopg.connect(self.place.url, autocommit=True, **self.settings)
        except psycopg.Error as error:
            raise unreachable(self.place, error) from None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection; each statement on it is a transaction of its own."""
        connection = self._idle_one() or self.dedicated()
        try:
            with told(self.place):
                yield connection
        finally:
            self._take_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend a connection in a transaction: durable at the end; on any error nothing has happened."""
        with self.connection() as connection, connection.transaction():
            yield connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return what a query gives."""
        with self.connection() as connection:
            return ask(connection, sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[object]) -> Iterator[Row]:
        """Go through what a query gives, any number in flat memory, as it is at the beginning."""
        with self.transaction() as connection, connection.cursor("rows") as cursor:
            yield from cursor.execute(sql.encode(), values)

    def close(self) -> None:
        """Hang up. May be called twice; who asks something again connects again."""
        _hang_up(self._idle)

    def _idle_one(self) -> Connection | None:
        """Return a connection that nobody uses and the server has not ended meanwhile; None where there is none."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if not _is_dead(connection):
                return connection
            connection.close()

    def _take_back(self, connection: Connection) -> None:
        """Keep a connection for the next who needs one, where it can be used again."""
        in_order = not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE
        if in_order and len(self._idle) < _MOST:
            self._idle.append(connection)
        else:
            connection.close()


def ask(connection: Connection, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> psycopg.Cursor[Row]:
    """Run a statement that this program wrote; `values` take the places of its `%s`, or of its `%(name)s`."""
    return connection.execute(sql.encode(), values)  # as bytes: it is put together, and of our own parts only


def _is_dead(connection: Connection) -> bool:
    """Tell whether the server has ended a connection: there is something to read on it though nobody asked."""
    if connection.closed:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))


def _hang_up(connections: list[Connection]) -> None:
    while connections:
        connections.pop().close()
