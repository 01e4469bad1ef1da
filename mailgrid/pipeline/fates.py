"""Fates: what has become of each row of a source by the end of a run; read from disk, so that memory does not grow."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from heapq import merge
from typing import TypeVar

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Fate, Reply
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Store
from mailgrid.pipeline.audience import PENDING, Audience, Person
from mailgrid.pipeline.left_out import LeftOut, LeftOutRow
from mailgrid.pipeline.tally import SETTLED

__all__ = ["Fates"]

_T = TypeVar("_T")
_LEFT_OUT = "left out"
_BATCH = 500
#: What the ledger said of those who were not written to because of it.
_BEFORE = {"already sent": "sent", "rejected for good": "failed", "in doubt": "in_doubt", SETTLED: "in_doubt"}
_WHY = {
    State.SENT: "taken by the server",
    State.DEFERRED: "refused for now",
    State.IN_DOUBT: "no answer was seen",
    State.SENDING: "no answer was seen",
    State.SUPPRESSED: "came onto the do-not-mail list",
    State.PENDING: "not tried before the run ended",
}
_STATUS = {State.SENDING: "in_doubt", State.SUPPRESSED: _LEFT_OUT}


class Fates:
    """Gives them in the order of the source, as often as that is asked for, on any one thread at a time.

    Args:
        audience: the people who matched.
        left_out: the rows that did not come so far.
        ledger: opens the ledger to read it.
    """

    def __init__(self, audience: Audience, left_out: LeftOut, ledger: Callable[[], Store]) -> None:
        self._audience = audience
        self._left_out = left_out
        self._ledger = ledger
        self._closed = False
        self._reading = threading.Lock()

    def __call__(self) -> Iterator[Fate]:
        """Go through the rows.

        Raises:
            LedgerError: the ledger cannot be read.
            MailgridError: nobody waits for this any more, and what it is read from is closed.
        """
        with closing(self._ledger()) as ledger:
            yield from merge(self._of_audience(ledger), self._of_the_others(), key=lambda fate: fate.line)

    def close(self) -> None:
        """Let nobody read any more: the audience may be closed after this."""
        with self._reading:
            self._closed = True

    def _of_audience(self, ledger: Store) -> Iterator[Fate]:
        after = 0
        while people := self._read(partial(self._audience.page, limit=_BATCH), after):
            known = ledger.states([person.recipient.key for person in people])
            yield from (_fate(person, known.get(person.recipient.key)) for person in people)
            after = people[-1].position

    def _of_the_others(self) -> Iterator[Fate]:
        after = 0
        while rows := self._read(self._left_out.rows_after, after):
            yield from (_left_out(row) for row in rows)
            after = rows[-1].number

    def _read(self, rows: Callable[[int], Sequence[_T]], after: int) -> Sequence[_T]:
        """Read a few rows behind a number, unless all is over."""
        with self._reading:
            if self._closed:
                raise MailgridError("the run has ended")
            return rows(after)


def _fate(person: Person, entry: Entry | None) -> Fate:
    if person.standing != PENDING:
        status, reason = _BEFORE.get(person.standing, _LEFT_OUT), person.standing
    elif entry is None:
        status, reason = State.PENDING.value, _WHY[State.PENDING]
    else:
        status, reason = _STATUS.get(entry.state, entry.state.value), _why(entry)
    return Fate(
        line=person.recipient.line,
        key=person.recipient.key,
        address=person.recipient.address,
        status=status,
        reason=reason,
        reply=Reply(code=entry.code, enhanced=entry.enhanced, text=entry.reply) if entry else Reply(),
        attempts=entry.attempts if entry else 0,
        time=entry.time if entry else None,
    )


def _why(entry: Entry) -> str:
    if entry.state is not State.FAILED:
        return _WHY[entry.state]
    if not entry.gave_up:
        return "refused for good"
    return f"given up after {entry.attempts} attempts" if entry.code or entry.transport else "cannot be rendered"


def _left_out(row: LeftOutRow) -> Fate:
    return Fate(line=row.line, key=row.key, address=row.address, status=_LEFT_OUT, reason=row.reason)
