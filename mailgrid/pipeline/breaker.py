"""Breaker: ends a run in which too much fails."""

import threading

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.halt import Halt, words
from mailgrid.planning.plan import StopRule

__all__ = ["Breaker"]


class Breaker:
    """Counts what fails, from any worker.

    Args:
        rule: the campaign's `stop after`; None for no limit of its own.
        halt: ends the run.
    """

    def __init__(self, rule: StopRule | None, halt: Halt) -> None:
        self._rule = rule
        self._halt = halt
        self._lock = threading.Lock()
        self._tried = 0
        self._failed = 0

    def accepted(self) -> None:
        """Note a message that was taken; it may be the one with which enough were tried to judge a share."""
        if self._rule is not None:
            self._note(failed=False)

    def failed(self) -> None:
        """Note a message that failed for good."""
        self._note(failed=True)

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._tried += 1
            self._failed += failed
            failures, over = self._failed, self._over()
        if over:
            self._halt(
                TransportError(
                    f"stopped after {failures} failures, as `stop after` says",
                    hint="find out why with `mailgrid log --failed`, then run `apply` again to go on",
                )
            )

    def refused(self, reply: Reply) -> None:
        """End the run: the far side refuses us, whatever we send."""
        self._halt(
            TransportError(
                f"the server refuses to take mail from us: {words(reply)}",
                hint="who has no message yet stays pending; put it right, then run `apply` again to go on",
            )
        )

    def _over(self) -> bool:
        return self._rule is not None and self._rule.is_reached(self._failed, self._tried)
