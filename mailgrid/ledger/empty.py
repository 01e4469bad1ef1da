"""An empty ledger: what a ledger that is not there yet reads as."""

from pathlib import Path

from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.store import Identity, Store

__all__ = ["empty_store"]

#: No file can have this name.
_NOWHERE = Path("\0")


def empty_store(identity: Identity) -> Store:
    """Return the ledger of a mailing of which nothing is known; nothing can be written to it."""
    return SqliteStore(_NOWHERE, identity, root=_NOWHERE, write=False)
