"""Control: what somebody at another terminal, on whatever machine, wants of a run that is sending."""

from collections.abc import Callable

from mailgrid.ledger.control import Wish
from mailgrid.ledger.postgres.server import Server, ask

__all__ = ["change_wish", "read_wish"]

_QUERY = "SELECT rate, paused, stopped FROM wishes WHERE campaign = %s AND rehearsal = %s AND run = %s"
_CHANGE = """
    INSERT INTO wishes (campaign, rehearsal, run, rate, paused, stopped) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (campaign, rehearsal) DO UPDATE SET
        run = excluded.run, rate = excluded.rate, paused = excluded.paused, stopped = excluded.stopped
"""


def read_wish(server: Server, campaign: str, run: float, *, rehearsal: bool) -> Wish:
    """Return what is wanted of a run; to go on as it began where nobody has said anything."""
    rows = server.rows(_QUERY, (campaign, rehearsal, run))
    return Wish(*rows[0]) if rows else Wish()


def change_wish(server: Server, campaign: str, run: float, change: Callable[[Wish], Wish], *, rehearsal: bool) -> None:
    """Change what is wanted of a run; two who do that at once do not undo each other."""
    with server.transaction() as connection:
        alone = "SELECT FROM ledgers WHERE campaign = %s AND rehearsal = %s FOR NO KEY UPDATE"
        ask(connection, alone, (campaign, rehearsal))
        row = ask(connection, _QUERY, (campaign, rehearsal, run)).fetchone()
        wish = change(Wish(*row) if row else Wish())
        ask(connection, _CHANGE, (campaign, rehearsal, run, wish.rate, wish.paused, wish.stopped))
