"""Record: what an outcome means: for the ledger, for the feed, for the route, for the run."""

from dataclasses import replace

from mailgrid.hookspecs import Outcome, Scope, Status
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Result
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.breaker import Breaker
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.recorder import Recorder, intent_of
from mailgrid.pipeline.refusals import Refusals
from mailgrid.pipeline.retry import Retry
from mailgrid.pipeline.route import Route
from mailgrid.pipeline.unrenderable import Unrenderable, why
from mailgrid.value import value

__all__ = ["Record"]

_STATES = {
    Status.SENT: State.SENT,
    Status.DEFERRED: State.DEFERRED,
    Status.FAILED: State.FAILED,
    Status.IN_DOUBT: State.IN_DOUBT,
    Status.UNSENT: State.PENDING,
}


@value
class Record:
    """Takes each person's outcome, from any worker.

    The recorder is always told before the feed, so that a result is never behind the intent of the attempt after it.

    Args:
        feed: is told who waits.
        recorder: writes it down.
        retry: judges temporary refusals.
        route: through which it went; rests when the far side asks for it.
        breaker: ends the run when too much fails.
        refusals: holds what was refused because of us.
        clock: the time.
    """

    feed: Feed
    recorder: Recorder
    retry: Retry
    route: Route
    breaker: Breaker
    refusals: Refusals
    clock: Clock

    def __call__(self, person: Person, outcome: Outcome, seconds: float = 0.0, warning: str = "") -> None:
        """Take what became of a person's message, how long that took, and what went wrong beside it."""
        reply = outcome.reply
        result = Result(
            key=person.recipient.key,
            state=_STATES[outcome.status],
            code=reply.code,
            enhanced=reply.enhanced,
            reply=reply.text,
            time=self.clock.now(),
            seconds=seconds,
            warning=warning,
        )
        match outcome.status:
            case Status.SENT:
                self._sent(person, outcome, result)
            case Status.DEFERRED:
                self._deferred(person, outcome, result)
            case Status.FAILED:
                self._failed(person, outcome, result)
            case Status.IN_DOUBT:
                self._in_doubt(person, outcome, result)
            case Status.UNSENT:
                self._unsent(person, outcome, result)

    def unrenderable(self, person: Person, error: Unrenderable) -> None:
        """Take somebody whose message cannot be rendered: failed, alone, before anything was written."""
        text = f"{why(error)} (row at line {person.recipient.line})"
        now = self.clock.now()
        # It counts as given up, not as refused for good: the next run tries it afresh.
        result = Result(person.recipient.key, State.FAILED, 0, "", text, now, 0.0, gave_up=True)
        self.recorder.record(Event(person, result), intent_of(person, now))
        self.breaker.failed()

    def suppressed(self, person: Person) -> None:
        """Take somebody who came onto the do-not-mail list before anything was written."""
        now = self.clock.now()
        result = Result(person.recipient.key, State.SUPPRESSED, 0, "", "", now, 0.0)
        self.recorder.record(Event(person, result), intent_of(person, now))

    def _sent(self, person: Person, outcome: Outcome, result: Result) -> None:
        self.recorder.record(self._event(person, result, outcome))
        self.refusals.release()
        self.route.accepted()
        self.breaker.accepted()

    def _deferred(self, person: Person, outcome: Outcome, result: Result) -> None:
        attempts, first = person.attempts + 1, person.first or result.time
        if outcome.scope is Scope.ROUTE:
            self.route.trouble(outcome.reply, outcome.retry_after)
        else:
            self.route.answered()
        due = self.retry(attempts, first, result.time, outcome.retry_after)
        if due is None and outcome.scope is Scope.ROUTE:  # it is the route that is given up in the end, and not people
            due = result.time + max(self.retry.longest, outcome.retry_after or 0.0)
        if due is None:
            self.recorder.record(self._event(person, replace(result, state=State.FAILED, gave_up=True), outcome))
            self.breaker.failed()
        else:
            self.recorder.record(self._event(person, replace(result, due=due), outcome))
            self.feed.defer(person, due, attempts, first)

    def _failed(self, person: Person, outcome: Outcome, result: Result) -> None:
        event = self._event(person, result, outcome)
        if outcome.scope is Scope.SENDER:
            self.refusals.hold(event)
        else:
            self.recorder.record(event)
            self.route.answered()
        self.breaker.failed()

    def _in_doubt(self, person: Person, outcome: Outcome, result: Result) -> None:
        self.recorder.record(self._event(person, result, outcome))
        if outcome.scope is Scope.ROUTE:
            self.route.trouble(outcome.reply, outcome.retry_after)

    def _unsent(self, person: Person, outcome: Outcome, result: Result) -> None:
        """Nothing was written: pending again, no attempt counted."""
        self.recorder.record(self._event(person, result, outcome))
        if outcome.scope is Scope.SENDER:
            if not self.route.refused(outcome.reply):
                self.breaker.refused(outcome.reply)
        elif outcome.scope is not Scope.SESSION:  # that is the crew's
            self.route.trouble(outcome.reply, outcome.retry_after)
        self.feed.defer(person, result.time, person.attempts, person.first)

    def _event(self, person: Person, result: Result, outcome: Outcome) -> Event:
        return Event(person, result, outcome, self.route.title)
