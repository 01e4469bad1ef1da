"""Progress: what a run has done so far and is durable; read by whoever shows it."""

from collections import Counter
from dataclasses import replace

from mailgrid.ledger.states import State
from mailgrid.pipeline.event import Event

__all__ = ["Progress", "Reason"]

#: Why messages failed: what became of them, and the far side's code, enhanced code and words.
Reason = tuple[str, int, str, str]

#: So many different reasons are told apart; servers that put an id in every reply would fill the memory otherwise.
_REASONS = 1000


class Progress:
    """Counters of one run. Only the recorder's thread counts, and only what the ledger holds.

    Args:
        total: people to be written to.
        waiting: how many of them were deferred by an earlier run.

    Attributes:
        total: people to be written to.
        counts: by outcome: `sent`, `failed`, `in_doubt`, `suppressed` (came onto the do-not-mail list meanwhile), and
            `deferred`: waiting to be tried again.
        attempts: attempts that have ended.
        reasons: failures by reason.
        warnings: messages that were sent, but some of whose copies were not.
        transports: messages that were sent, by the transport that they went through.
    """

    def __init__(self, total: int, waiting: int = 0) -> None:
        self.total = total
        self.counts: Counter[str] = Counter(deferred=waiting)
        self.attempts = 0
        self.warnings = 0
        self.transports: Counter[str] = Counter()
        self.reasons: Counter[Reason] = Counter()

    @property
    def settled(self) -> int:
        """How many have their final outcome."""
        return sum(self.counts[outcome] for outcome in ("sent", "failed", "in_doubt", "suppressed"))

    def __call__(self, event: Event) -> None:
        """Count what became of a message; one that was never written counts for nothing."""
        result, waited = event.result, event.person.attempts > 0
        if result.state is State.PENDING:
            return
        self.attempts += result.state is not State.SUPPRESSED
        if result.state is State.DEFERRED:
            self.counts["deferred"] += not waited
            return
        self.counts["deferred"] -= waited
        self.counts[result.state.value] += 1
        if result.state is State.SENT:
            self.warnings += bool(result.warning)
            self.transports[event.transport] += 1
        elif result.state is not State.SUPPRESSED:
            self._note(event)

    def lost(self, event: Event) -> None:
        """Count a message whose outcome could not be made durable: the next run finds it in doubt."""
        if event.outcome is not None:  # otherwise there was no intent, so it is still pending
            self(replace(event, result=replace(event.result, state=State.IN_DOUBT)))

    def _note(self, event: Event) -> None:
        what, result = _what(event), event.result
        reason = (what, result.code, result.enhanced, result.reply)
        if reason not in self.reasons and len(self.reasons) >= _REASONS:
            reason = (what, result.code, result.enhanced, "")
        self.reasons[reason] += 1


def _what(event: Event) -> str:
    if event.result.state is State.IN_DOUBT:
        return "in doubt"
    if event.outcome is None:
        return "cannot be rendered"
    return f"gave up after {event.person.attempts + 1}" if event.result.gave_up else "rejected for good"
