"""Progress: what a run has done so far, counted by all workers and read by whoever shows it."""

import threading
from collections import Counter

from mailgrid.hookspecs import Reply

__all__ = ["Progress", "Reason"]

#: Why messages failed: what became of them, and the far side's words.
Reason = tuple[str, int, str, str]

#: So many different reasons are told apart; servers that put an id in every reply would fill the memory otherwise.
_REASONS = 1000


class Progress:
    """Counters of one run.

    Args:
        total: people to be written to.
        waiting: how many of them were deferred by an earlier run.

    Attributes:
        total: people to be written to.
        counts: by outcome: `sent`, `failed`, `in_doubt`, and `deferred`: waiting to be tried again.
        attempts: messages that were handed to the far side.
        reasons: failures by reason: (what, code, enhanced code, text).
        warnings: messages that were sent, but some of whose copies were not.
    """

    def __init__(self, total: int, waiting: int = 0) -> None:
        self.total = total
        self.counts: Counter[str] = Counter(deferred=waiting)
        self.attempts = 0
        self.warnings = 0
        self.reasons: Counter[Reason] = Counter()
        self._lock = threading.Lock()

    @property
    def settled(self) -> int:
        """How many have their final outcome."""
        return self.counts["sent"] + self.counts["failed"] + self.counts["in_doubt"]

    def sent(self, *, waited: bool, warning: str = "") -> None:
        """Count a message that was taken; `waited`: it had been deferred."""
        with self._lock:
            self._settle("sent", waited=waited)
            self.warnings += bool(warning)

    def failed(self, reply: Reply, what: str, *, waited: bool = False) -> None:
        """Count a message that failed for good."""
        with self._lock:
            self._settle("failed", waited=waited)
            reason = (what, reply.code, reply.enhanced, reply.text)
            if reason in self.reasons or len(self.reasons) < _REASONS:
                self.reasons[reason] += 1
            else:
                self.reasons[(what, reply.code, reply.enhanced, "")] += 1

    def in_doubt(self, reply: Reply, *, waited: bool) -> None:
        """Count a message whose fate is not known."""
        with self._lock:
            self._settle("in_doubt", waited=waited)
            self.reasons[("in doubt", reply.code, reply.enhanced, reply.text)] += 1

    def deferred(self, *, again: bool) -> None:
        """Count a message that will be tried again; `again`: it had been deferred before."""
        with self._lock:
            self.attempts += 1
            self.counts["deferred"] += not again

    def _settle(self, outcome: str, *, waited: bool) -> None:
        self.attempts += 1
        self.counts[outcome] += 1
        self.counts["deferred"] -= waited
