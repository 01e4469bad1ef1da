"""What `mailgrid why --json` prints: one person, every campaign, for programs."""

from collections.abc import Iterable

from mailgrid.cli.ledgers import Mailing
from mailgrid.ledger.store import Entry
from mailgrid.ledger.suppression import Suppressed
from mailgrid.rfc3339 import rfc3339

__all__ = ["mailing_json", "suppressed_json"]


def suppressed_json(entries: Iterable[Suppressed]) -> list[dict[str, object]]:
    """Return what the do-not-mail list knows of somebody."""
    return [
        {"category": each.category, "reason": each.reason, "source": each.source, "since": _moment(each.since)}
        for each in entries
    ]


def mailing_json(mailing: Mailing, entry: Entry) -> dict[str, object]:
    """Return what a campaign's ledger knows of somebody, with each attempt."""
    attempts = [
        {
            "attempt": each.attempt,
            "status": each.state.value,
            "code": each.code or None,
            "enhanced": each.enhanced,
            "reply": each.reply,
            "time": _moment(each.time),
            "warning": each.warning,
        }
        for each in mailing.store.attempts(entry.key)
    ]
    return {
        "campaign": mailing.identity.campaign,
        "edition": mailing.identity.edition,
        "rehearsal": mailing.rehearsal,
        "key": entry.key,
        "address": entry.address,
        "variant": entry.variant,
        "status": entry.state.value,
        "time": _moment(entry.time),
        "due": None if entry.gave_up else _moment(entry.due),
        "attempts": attempts,
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else rfc3339(seconds, exact=True)
