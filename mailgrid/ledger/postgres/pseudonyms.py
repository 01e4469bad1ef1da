"""KeptPseudonyms: what stands for those who were forgotten; the key of the hash is kept in the database."""

from secrets import token_hex

from mailgrid.ledger.postgres.server import Server, ask
from mailgrid.ledger.pseudonym import Pseudonyms

__all__ = ["KeptPseudonyms"]

_OCTETS = 32
_KEY = "SELECT value FROM keys WHERE name = 'forgotten'"
_MAKE = "INSERT INTO keys (name, value) VALUES ('forgotten', %s) ON CONFLICT DO NOTHING"


class KeptPseudonyms(Pseudonyms):
    """Hashes addresses with a key that every machine finds in the database.

    Args:
        server: where the tables are, made.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._title = server.place.title

    @property
    def used(self) -> bool:
        """Whether anybody was ever forgotten here."""
        return bool(self._server.rows(_KEY))

    def make(self) -> None:
        """Make the key, durably, where there is none."""
        with self._server.connection() as connection:
            ask(connection, _MAKE, (token_hex(_OCTETS),))

    def written(self) -> str:
        """Return the key as it is kept; empty where there is none."""
        rows = self._server.rows(_KEY)
        return str(rows[0][0]) if rows else ""
