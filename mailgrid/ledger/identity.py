"""Whether the ledger that was opened is about the mailing that is meant."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from mailgrid.errors import MailgridError
from mailgrid.ledger.schema import new_id
from mailgrid.ledger.store import Identity

__all__ = ["adopt", "check", "compare", "stored"]


def stored(connection: sqlite3.Connection) -> list[Identity]:
    """Return the mailings that a ledger knows, one an edition, oldest first."""
    rows = connection.execute(
        "SELECT campaign, name, key_expression, path FROM meta, editions ORDER BY editions.id",
    )
    return [Identity(*row) for row in rows]


def check(connection: sqlite3.Connection, identity: Identity, root: Path) -> None:
    """Compare a mailing with what its ledger says about it. `root` is the folder that paths start from.

    Raises:
        MailgridError: MG607, its keys are made in another way than those in the ledger; MG608, another campaign file
            has the same name.
    """
    compare(identity, stored(connection), root)


def compare(identity: Identity, mailings: Iterable[Identity], root: Path) -> None:
    """Compare a mailing with those that a ledger knows.

    Raises:
        MailgridError: MG607, or MG608, as `check`.
    """
    for known in mailings:
        if known.edition == identity.edition and known.key_expression != identity.key_expression:
            raise _rekeyed(identity, known)
        if known.path != identity.path and identity.path and known.path and (root / known.path).exists():
            raise _two_files(identity, known)


def adopt(connection: sqlite3.Connection, identity: Identity) -> None:
    """Write down the mailing, new or not, and where its file is now: one that is gone from its old place has moved."""
    if connection.execute("SELECT count(*) FROM meta").fetchone() == (0,):
        row = (new_id(), identity.campaign, identity.path)
        connection.execute("INSERT INTO meta (id, campaign, path) VALUES (?, ?, ?)", row)
    if identity.path:
        connection.execute("UPDATE meta SET path = ? WHERE path <> ?", (identity.path, identity.path))
    edition = (identity.edition, identity.key_expression)
    connection.execute("INSERT OR IGNORE INTO editions (name, key_expression) VALUES (?, ?)", edition)


def _rekeyed(identity: Identity, known: Identity) -> MailgridError:
    return MailgridError(
        f"the key of `{identity.campaign}` was `{known.key_expression}` and is now `{identity.key_expression}`: "
        "nobody could be recognised who was already written to",
        hint="put `key` back as it was (without that setting it is the address); "
        "a new `edition` or campaign name starts over with the new key",
        code="MG607",
    )


def _two_files(identity: Identity, known: Identity) -> MailgridError:
    return MailgridError(
        f"`{identity.campaign}` in the ledger is the campaign of {known.path}, not of {identity.path}",
        hint=f"give one of them another name; if they are the same campaign, delete {known.path}",
        code="MG608",
    )
