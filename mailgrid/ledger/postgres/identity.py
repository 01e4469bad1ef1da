"""Whether the ledger in the database is about the mailing that is meant."""

from pathlib import Path

from mailgrid.ledger import identity as identities
from mailgrid.ledger.postgres.server import Connection, ask
from mailgrid.ledger.schema import new_id
from mailgrid.ledger.store import Identity

__all__ = ["adopt", "check", "numbers", "stored"]

_STORED = """
    SELECT campaign, name, key_expression, path FROM ledgers JOIN editions ON ledger = number
    WHERE campaign = %s AND rehearsal = %s ORDER BY editions.id
"""
_LEDGER = """
    INSERT INTO ledgers AS old (campaign, rehearsal, id, path) VALUES (%s, %s, %s, %s)
    ON CONFLICT (campaign, rehearsal) DO UPDATE SET path = excluded.path
    WHERE excluded.path NOT IN ('', old.path)
"""
_EDITION = """
    INSERT INTO editions (ledger, name, key_expression)
    SELECT number, %s, %s FROM ledgers WHERE campaign = %s AND rehearsal = %s ON CONFLICT DO NOTHING
"""
_NUMBERS = """
    SELECT number, ledgers.id, coalesce(editions.id, 0) FROM ledgers
    LEFT JOIN editions ON ledger = number AND name = %s WHERE campaign = %s AND rehearsal = %s
"""


def stored(connection: Connection, campaign: str, *, rehearsal: bool) -> list[Identity]:
    """Return the mailings that a campaign's ledger knows, one an edition, oldest first."""
    return [Identity(*row) for row in ask(connection, _STORED, (campaign, rehearsal))]


def check(connection: Connection, identity: Identity, root: Path, *, rehearsal: bool) -> None:
    """Compare a mailing with what its ledger says about it. `root` is the folder that paths start from.

    Raises:
        MailgridError: MG607, its keys are made in another way than those in the ledger; MG608, another campaign file
            has the same name.
    """
    identities.compare(identity, stored(connection, identity.campaign, rehearsal=rehearsal), root)


def adopt(connection: Connection, identity: Identity, *, rehearsal: bool) -> None:
    """Write down the mailing, new or not, and where its file is now: one that is gone from its old place has moved."""
    ledger = (identity.campaign, rehearsal)
    ask(connection, _LEDGER, (*ledger, new_id(), identity.path))
    ask(connection, _EDITION, (identity.edition, identity.key_expression, *ledger))


def numbers(connection: Connection, identity: Identity, *, rehearsal: bool) -> tuple[int, str, int]:
    """Return the number of a ledger and its id, and the number of the edition; 0 and empty where there is none."""
    row = ask(connection, _NUMBERS, (identity.edition, identity.campaign, rehearsal)).fetchone()
    return (int(row[0]), str(row[1]), int(row[2])) if row else (0, "", 0)
