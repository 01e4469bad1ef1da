"""Reckoning: what became of a chunk's people, as the ledger has it; whatever became of the hosts that sent to them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailgrid.cluster.chunk import Member
from mailgrid.cluster.chunks import Counted, Outcome
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry
from mailgrid.pipeline.audience import Person

__all__ = ["left", "reckon"]

_COUNTED = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.IN_DOUBT: "in_doubt",
    State.SENDING: "in_doubt",
    State.SUPPRESSED: "suppressed",
}


def left(members: Sequence[Member], known: Mapping[str, Entry]) -> Iterator[Person]:
    """Yield the people of a chunk who are still to be written to, those included who wait.

    Args:
        members: everybody in it.
        known: what the ledger says of them, by key.
    """
    for member in members:
        entry = known.get(member.person.recipient.key)
        if entry is None or entry.state is State.PENDING or _is_old(entry, member):
            yield member.person
        elif entry.state is State.DEFERRED:
            first = entry.first_attempt or 0.0
            yield replace(member.person, due=entry.due or 0.0, attempts=entry.attempts, first=first)


def reckon(members: Sequence[Member], known: Mapping[str, Entry], *, wait: bool) -> Outcome:
    """Return how a chunk is left.

    Args:
        members: everybody in it.
        known: what the ledger says of them, by key.
        wait: whether those who were deferred are tried again in this run.
    """
    entries = {member.person.recipient.key: known.get(member.person.recipient.key) for member in members}
    new = [
        entry for member in members if (entry := entries[member.person.recipient.key]) and not _is_old(entry, member)
    ]
    counts = Counter(_COUNTED[entry.state] for entry in new if entry.state in _COUNTED)
    waiting = [person.due for person in left(members, known)]
    deferred = sum(due > 0 for due in waiting)
    counted = Counted(**counts, deferred=deferred)
    over = not waiting or (not wait and deferred == len(waiting))
    return Outcome(counted, done=over, due=0.0 if over else min(waiting), story=_story(new))


def _is_old(entry: Entry, member: Member) -> bool:
    """Tell whether nothing has happened to somebody since people were gathered."""
    return entry.time == member.known and entry.state is not State.SENDING


def _story(entries: Sequence[Entry]) -> Mapping[str, Any]:
    sent = [entry for entry in entries if entry.state is State.SENT]
    reasons = Counter(
        (_what(entry), entry.code, entry.enhanced, entry.reply)
        for entry in entries
        if entry.state in {State.FAILED, State.IN_DOUBT}
    )
    return {
        "attempts": sum(entry.attempts for entry in entries),
        "warnings": sum(bool(entry.warning) for entry in sent),
        "transports": Counter(entry.transport for entry in sent),
        "reasons": [[*reason, count] for reason, count in reasons.items()],
    }


def _what(entry: Entry) -> str:
    if entry.state is State.IN_DOUBT:
        return "in doubt"
    if not entry.message_id:
        return "cannot be rendered"
    return f"gave up after {entry.attempts}" if entry.gave_up else "rejected for good"
