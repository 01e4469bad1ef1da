"""Refusals: messages that were refused because of who we are. They are held back until it is known what that means."""

import threading
from dataclasses import replace

from mailgrid.hookspecs import Status
from mailgrid.ledger.states import State
from mailgrid.pipeline.breaker import Breaker
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.recorder import Recorder

__all__ = ["Refusals"]

#: So many in a row, nothing accepted between, mean everybody.
_ENOUGH = 3


class Refusals:
    """Holds refusals of the sender, from any worker.

    As soon as anything is accepted, those before it were about their recipients: they failed for good. Three in a row
    are about us: the run ends, and they stay pending with all the others.

    Args:
        recorder: writes down what they were.
        breaker: ends the run.
    """

    def __init__(self, recorder: Recorder, breaker: Breaker) -> None:
        self._recorder = recorder
        self._breaker = breaker
        self._lock = threading.Lock()
        self._held: list[Event] = []
        self._sure = False

    def hold(self, event: Event) -> None:
        """Take a message that was refused; `event` says that it failed for good."""
        with self._lock:
            self._held.append(event)
            self._sure = self._sure or len(self._held) >= _ENOUGH
            ours = self._let_go() if self._sure else []
        for held in ours:
            self._recorder.record(_withdrawn(held))
        if ours and event.outcome:
            self._breaker.refused(event.outcome.reply)

    def release(self) -> None:
        """Let those that are held have failed for good: something was accepted, or all is over."""
        if self._held:
            with self._lock:
                held = self._let_go()
            for event in held:
                self._recorder.record(event)

    def _let_go(self) -> list[Event]:
        held, self._held = self._held, []
        return held


def _withdrawn(event: Event) -> Event:
    """Return it as if it had never been written: nothing arrived."""
    assert event.outcome is not None
    return replace(
        event,
        result=replace(event.result, state=State.PENDING),
        outcome=replace(event.outcome, status=Status.UNSENT),
    )
