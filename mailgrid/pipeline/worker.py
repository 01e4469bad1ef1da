"""Worker: one thread's loop between the feed and the far side. The seam of the whole program."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from mailgrid.errors import TemplateError, TransportError
from mailgrid.hookspecs import Message, Outcome, Recipient, Reply, Session, Status
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.record import Record
from mailgrid.pipeline.recorder import Recorder

__all__ = ["Worker"]

_Pair = tuple[Person, Message]


class Worker:
    """Takes people, renders, makes the intent durable, delivers, records; until the feed says that all is over.

    Args:
        session: this worker's own line to the far side.
        feed: whom to write to, and when.
        render: makes a message for a recipient; TemplateError fails that one alone.
        recorder: makes intents durable.
        record: takes what became of each person.
        now: the time, in seconds.
    """

    def __init__(
        self,
        session: Session,
        feed: Feed,
        render: Callable[[Recipient], Message],
        recorder: Recorder,
        record: Record,
        now: Callable[[], float],
    ) -> None:
        self._session = session
        self._feed = feed
        self._render = render
        self._recorder = recorder
        self._record = record
        self._now = now

    def run(self) -> None:
        """Work until all is over.

        Raises:
            LedgerError: intents cannot be made durable, so nothing may be written to anybody any more.
            TransportError: the transport broke its contract; what it was given is in doubt.
        """
        try:
            while (people := self._feed.take(self._session.window)) is not None:
                batch = self._rendered(people)
                self._intend(batch)
                self._deliver(batch)
        finally:
            self._session.close()

    def _rendered(self, people: Sequence[Person]) -> list[_Pair]:
        """Render each; one that cannot be rendered fails here, alone."""
        batch = []
        for person in people:
            try:
                batch.append((person, self._render(person.recipient)))
            except TemplateError as error:
                self._record.unrenderable(person, error)
        return batch

    def _intend(self, batch: Sequence[_Pair]) -> None:
        """Make durable that these are about to be written: one commit serves all workers."""
        try:
            self._recorder.intend(batch)
        except BaseException:
            self._feed.settle(len(batch))
            raise

    def _deliver(self, batch: Sequence[_Pair]) -> None:
        rest = deque(batch)
        with_copies: list[tuple[Person, Outcome, float]] = []
        before = self._now()
        try:
            for outcome in self._session.deliver([message for _, message in batch]):
                person = self._expected(rest, outcome)
                before, seconds = self._now(), self._now() - before
                if outcome.status is Status.SENT and outcome.message.copies:
                    with_copies.append((person, outcome, seconds))
                else:
                    self._record(person, outcome, seconds)
        finally:
            for person, message in rest:
                silence = Reply(text="the transport did not say what became of it")
                self._record(person, Outcome(message=message, status=Status.IN_DOUBT, reply=silence))
            for person, outcome, seconds in with_copies:
                self._record(person, outcome, seconds, self._copy(outcome.message))

    @staticmethod
    def _expected(rest: "deque[_Pair]", outcome: Outcome) -> Person:
        """Hold the transport to the contract: one outcome a message, in order."""
        if not rest or outcome.message is not rest[0][1]:
            raise TransportError(
                "the transport gave an outcome out of order",
                hint="this is a mistake in its plugin; what it was given is in doubt",
            )
        return rest.popleft()[0]

    def _copy(self, message: Message) -> str:
        """Send the copies, each on its own; return a warning when one was not taken."""
        refused = 0
        for address in message.copies:
            copy = replace(message, rcpt_to=address, copies=())
            refused += sum(outcome.status is not Status.SENT for outcome in self._session.deliver([copy]))
        return f"{refused} of {len(message.copies)} copies not accepted" if refused else ""
