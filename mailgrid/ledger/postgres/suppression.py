"""PostgresSuppression: the project's do-not-mail list in the database, one for all campaigns and machines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from mailgrid.ledger.forgetting import without
from mailgrid.ledger.postgres.pseudonyms import KeptPseudonyms
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.ledger.suppression import Suppressed

__all__ = ["PostgresSuppression"]

_CHUNK = 10_000

_ALL = "SELECT address, class, reason, since, source FROM suppressed"
_ADD = """
    INSERT INTO suppressed (address, class, reason, since, source)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::float8[], %s::text[]) ON CONFLICT DO NOTHING
"""
_CHANGED = """
    INSERT INTO revision AS old (only_one, suppression) VALUES (true, 1)
    ON CONFLICT (only_one) DO UPDATE SET suppression = old.suppression + 1
"""
_COUNT = "SELECT (SELECT count(*) FROM suppressed) + (SELECT count(*) FROM forgotten)"
# PostgreSQL folds no case as Python does, but in ASCII: whatever else there is, is looked at here.
_MENTIONS = """
    SELECT address, reason, source FROM suppressed
    WHERE position(%s IN lower(reason || ' ' || source)) > 0 OR reason || source ~ '[^[:ascii:]]'
"""


class PostgresSuppression:
    """The list, as `DoNotMail`; who is added comes onto it in one transaction, whole or not at all.

    Args:
        server: where the tables are.
        pseudonyms: hash the addresses of those who were forgotten.
        exists: says whether the tables were made; they may come while the list is only read.
    """

    def __init__(self, server: Server, pseudonyms: KeptPseudonyms, exists: Callable[[], bool]) -> None:
        self._server = server
        self._pseudonyms = pseudonyms
        self._exists = exists

    # ---- reading -------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """A number that grows with every change; 0 as long as nobody was ever on the list."""
        rows = self._server.rows("SELECT suppression FROM revision") if self._exists() else []
        return int(rows[0][0]) if rows else 0

    def count(self) -> int:
        """Return how many are on the list, those who were forgotten included."""
        return int(self._server.rows(_COUNT)[0][0]) if self._exists() else 0

    def find(self, addresses: Sequence[str]) -> dict[str, Suppressed]:
        """Return those of the addresses who are on the list."""
        found: dict[str, Suppressed] = {}
        if not self._exists():
            return found
        with self._server.connection() as connection:
            for start in range(0, len(addresses), _CHUNK):
                batch = list(addresses[start : start + _CHUNK])
                rows = ask(connection, f"{_ALL} WHERE address = ANY(%s)", (batch,))
                found.update((row[0], Suppressed(*row)) for row in rows)
                found.update(self._forgotten(connection, [address for address in batch if address not in found]))
        return found

    def _forgotten(self, connection: Connection, addresses: Sequence[str]) -> dict[str, Suppressed]:
        if not addresses or ask(connection, "SELECT FROM forgotten LIMIT 1").fetchone() is None:
            return {}
        hashes = {self._pseudonyms(address): address for address in addresses}
        rows = ask(connection, "SELECT hash, since FROM forgotten WHERE hash = ANY(%s)", (list(hashes),))
        return {hashes[key]: Suppressed("", "forgotten", since=since) for key, since in rows}

    def entries(self) -> Iterator[Suppressed]:
        """Go through the list, by address; who was forgotten is not in it."""
        for row in self._server.stream(f"{_ALL} ORDER BY address", ()) if self._exists() else ():
            yield Suppressed(*row)

    # ---- writing -------------------------------------------------------------------------------------------------

    def add(self, entries: Iterable[Suppressed]) -> int:
        """Add people, any number in flat memory, and return how many were not on the list before."""
        added = 0
        arriving = iter(entries)
        with self._server.transaction() as connection:
            while chunk := list(islice(arriving, _CHUNK)):
                gone = self._forgotten(connection, [each.address for each in chunk])  # they must not come back
                new = [each for each in chunk if each.address not in gone]
                rows = [(each.address, each.category, each.reason, each.since, each.source) for each in new]
                if rows:
                    added += ask(connection, _ADD, [list(column) for column in zip(*rows, strict=True)]).rowcount
                ask(connection, _CHANGED)
        return added

    def remove(self, addresses: Iterable[str]) -> int:
        """Take people off the list, forgotten or not, and return how many were on it."""
        removed = 0
        remaining = iter(addresses)
        while chunk := list(islice(remaining, _CHUNK)):
            with self._server.transaction() as connection:
                removed += ask(connection, "DELETE FROM suppressed WHERE address = ANY(%s)", (chunk,)).rowcount
                if hashes := [self._pseudonyms(address) for address in self._forgotten(connection, chunk)]:
                    removed += ask(connection, "DELETE FROM forgotten WHERE hash = ANY(%s)", (hashes,)).rowcount
                ask(connection, _CHANGED)
        return removed

    def forget(self, address: str, now: float) -> None:
        """Keep out a person of whom nothing may be known any more: a hash takes the place of the address."""
        self._pseudonyms.make()
        with self._server.transaction() as connection:
            ask(connection, "DELETE FROM suppressed WHERE address = %s", (address,))
            mentions = ask(connection, _MENTIONS, (address,)).fetchall()
            for who, *texts in mentions:
                cut = [without(address, text) for text in texts]
                if cut != texts:
                    ask(connection, "UPDATE suppressed SET reason = %s, source = %s WHERE address = %s", (*cut, who))
            sql = "INSERT INTO forgotten (hash, since) VALUES (%s, %s) ON CONFLICT DO NOTHING"
            ask(connection, sql, (self._pseudonyms(address), now))
            ask(connection, _CHANGED)
        with self._server.connection() as connection:
            ask(connection, "VACUUM suppressed")  # what was deleted is not left between the rows

    def close(self) -> None:
        """Give back what is held. May be called twice."""
