"""`mailgrid log`: who got what, with the servers' words."""

from collections.abc import Iterator

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import Mailing, mailings
from mailgrid.cli.table import print_table
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry
from mailgrid.rfc3339 import rfc3339

__all__ = ["command"]

_KEYS = (
    "campaign",
    "key",
    "address",
    "status",
    "code",
    "enhanced",
    "reply",
    "attempts",
    "message_id",
    "time",
    "transport",
    "variant",
)
_SHOWN = ("campaign", "key", "status", "code", "enhanced", "reply", "attempts", "time", "variant")


@click.command("log")
@click.argument("what", required=False, metavar="[FILE|CAMPAIGN]")
@click.option("--failed", is_flag=True, help="Only those who were refused or given up.")
@click.option("--in-doubt", is_flag=True, help="Only those of whom it is not known whether it arrived.")
@click.option("--attempts", is_flag=True, help="One line for each attempt.")
@click.option("--rehearsal", is_flag=True, help="Rehearsals instead of real runs.")
@common_options
@click.pass_obj
def command(
    common: Common,
    what: str | None,
    failed: bool,
    in_doubt: bool,
    attempts: bool,
    rehearsal: bool,
) -> None:
    """List recipients with their status and the server's reply. With --json one object a recipient.

    A campaign that has only rehearsals shows those.
    """
    states = {State.FAILED} if failed else set()
    states |= {State.IN_DOUBT, State.SENDING} if in_doubt else set()
    kind = True if rehearsal else _real(common, what)
    rows = (
        row
        for mailing in mailings(common, what, rehearsal=kind)
        for entry in mailing.store.entries(states or None)
        for row in (_attempts(mailing, entry) if attempts else [_row(mailing, entry)])
    )
    if common.json is not None:
        for row in rows:
            print_json(common.screen, row, common.json, line=True)
        return
    shown = _SHOWN if common.screen.tables else _KEYS
    print_table(common.screen, shown, ([row[name] for name in shown] for row in rows))


def _real(common: Common, what: str | None) -> bool:
    """Return False, for real runs, unless there are none."""
    return not any(True for _ in mailings(common, what, rehearsal=False))


def _row(mailing: Mailing, entry: Entry) -> dict[str, object]:
    return {
        "campaign": mailing.identity.campaign,
        "key": entry.key,
        "address": entry.address,
        "status": entry.state.value,
        "code": entry.code or None,
        "enhanced": entry.enhanced,
        "reply": entry.reply,
        "attempts": entry.attempts,
        "message_id": entry.message_id,
        "time": None if entry.time is None else rfc3339(entry.time, exact=True),
        "transport": entry.transport,
        "variant": entry.variant,
    }


def _attempts(mailing: Mailing, entry: Entry) -> Iterator[dict[str, object]]:
    for attempt in mailing.store.attempts(entry.key):
        yield {
            **_row(mailing, entry),
            "status": attempt.state.value,
            "code": attempt.code or None,
            "enhanced": attempt.enhanced,
            "reply": attempt.reply,
            "attempts": attempt.attempt,
            "time": rfc3339(attempt.time, exact=True),
            "transport": attempt.transport,
        }
