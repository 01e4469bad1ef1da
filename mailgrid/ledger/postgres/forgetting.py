"""Forgetting: takes one person out of a campaign's ledger in the database."""

from mailgrid.ledger.forgetting import SETTLED, without
from mailgrid.ledger.postgres.leases import NOBODYS, recover
from mailgrid.ledger.postgres.server import Connection, Server, ask

__all__ = ["erase"]

# PostgreSQL folds no case as Python does, but in ASCII: whatever else there is, is looked at here.
_WHO = """
    SELECT id, edition, key, address, state = ANY(%s) AND NOT gave_up FROM recipients
    WHERE edition IN (SELECT id FROM editions WHERE ledger = %s)
        AND (lower(address) = %s OR lower(key) = %s OR address ~ '[^[:ascii:]]' OR key ~ '[^[:ascii:]]')
"""
_NAMESAKE = "SELECT id FROM recipients WHERE edition = %s AND key = %s"
_BLANK = """
    UPDATE recipients SET key = coalesce(%s, key), address = '', reply = '', message_id = '', warning = ''
    WHERE id = %s
"""
_BLANK_ATTEMPTS = "UPDATE attempts SET reply = '', warning = '' WHERE recipient = %s"
_DROP_ATTEMPTS = "DELETE FROM attempts WHERE recipient = %s"
_DROP = "DELETE FROM recipients WHERE id = %s"
_MENTIONS = (
    (
        """
        SELECT id, reply, warning FROM recipients
        WHERE edition IN (SELECT id FROM editions WHERE ledger = %s)
            AND (position(%s IN lower(reply || ' ' || warning)) > 0 OR reply || warning ~ '[^[:ascii:]]')
        """,
        "UPDATE recipients SET reply = %s, warning = %s WHERE id = %s",
    ),
    (
        """
        SELECT a.id, a.reply, a.warning FROM attempts AS a JOIN recipients AS r ON r.id = a.recipient
        WHERE r.edition IN (SELECT id FROM editions WHERE ledger = %s)
            AND (position(%s IN lower(a.reply || ' ' || a.warning)) > 0 OR a.reply || a.warning ~ '[^[:ascii:]]')
        """,
        "UPDATE attempts SET reply = %s, warning = %s WHERE id = %s",
    ),
)


def erase(server: Server, ledger: int, address: str, pseudonym: str) -> int:
    """Take a person out of a ledger; hold its run lock. Also what other people's replies say of them.

    What the server keeps beside its tables, its log of changes and backups, is its administrator's to see to.

    Args:
        server: where the ledger is.
        ledger: its number.
        address: as it is compared.
        pseudonym: what stands in its place where it is a key.

    Returns:
        How many entries there were.
    """
    settled = [state.value for state in SETTLED]
    with server.transaction() as connection:
        recover(connection, ledger, NOBODYS)
        rows = ask(connection, _WHO, (settled, ledger, address, address)).fetchall()
        found = [row for row in rows if address in {row[2].casefold(), row[3].casefold()}]
        for number, edition, key, _, keeps in found:
            name = pseudonym if key.casefold() == address else None
            _forget(connection, number, edition, name, settled=keeps)
        for search, change in _MENTIONS:
            for number, *texts in ask(connection, search, (ledger, address)).fetchall():
                cut = [without(address, text) for text in texts]
                if cut != texts:
                    ask(connection, change, (*cut, number))
    with server.connection() as connection:
        ask(connection, "VACUUM recipients")  # what was deleted is not left between the rows
        ask(connection, "VACUUM attempts")
    return len(found)


def _forget(connection: Connection, number: int, edition: int, pseudonym: str | None, *, settled: bool) -> None:
    before = ask(connection, _NAMESAKE, (edition, pseudonym)).fetchall() if settled else [(number,)]
    for namesake in before:  # one who was forgotten, came back, and is forgotten again
        ask(connection, _DROP_ATTEMPTS, namesake)
        ask(connection, _DROP, namesake)
    ask(connection, _BLANK, (pseudonym, number))
    ask(connection, _BLANK_ATTEMPTS, (number,))
