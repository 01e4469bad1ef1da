"""Worker: one thread's loop between the feed and the far side. The seam of the whole program."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from mailgrid.errors import AddressError, TemplateError, TransportError
from mailgrid.hookspecs import Message, Outcome, Recipient, Reply, Session, Status
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.feed import Feed, Way
from mailgrid.pipeline.unrenderable import Unrenderable

__all__ = ["Recording", "Worker"]

_Pair = tuple[Person, Message]
#: Octets of messages that a worker holds at once; of larger ones it holds one.
_ROOM = 8 << 20


class Recording(Protocol):
    """Where outcomes go."""

    def __call__(self, person: Person, outcome: Outcome, seconds: float = 0.0, warning: str = "") -> None:
        """Take what became of a person's message, how long that took, and what went wrong beside it."""
        ...

    def unrenderable(self, person: Person, error: Unrenderable) -> None:
        """Take somebody whose message cannot be rendered."""
        ...


class Worker:
    """Takes people, renders, makes the intent durable, delivers, records; until the feed says that all is over.

    Args:
        session: this worker's own line to the far side; whoever opened it closes it.
        feed: whom to write to, and when.
        render: makes a message for a recipient; one that cannot be made fails alone.
        intend: returns once it is durable that these are about to be written.
        record: takes what became of each person.
        goes_on: says whether to go on, by how the last batch ended.
        now: the time, in seconds.
        way: what its messages go through; the run's own way where it is None.
    """

    def __init__(
        self,
        session: Session,
        feed: Feed,
        render: Callable[[Recipient], Message],
        intend: Callable[[Sequence[_Pair]], None],
        record: Recording,
        goes_on: Callable[[Outcome], bool],
        now: Callable[[], float],
        way: Way | None = None,
    ) -> None:
        self._session = session
        self._feed = feed
        self._render = render
        self._intend = intend
        self._record = record
        self._goes_on = goes_on
        self._last: Outcome | None = None
        self._unwritten = 0
        self._now = now
        self._way = way

    def run(self) -> bool:
        """Work until all is over, or its way is closed, or the far side has no connection for it while others work.

        Returns:
            Whether it may come back: false where the far side has no connection for it.

        Raises:
            LedgerError: intents cannot be made durable, so nothing may be written to anybody any more.
            TransportError: the transport broke its contract; what it was given is in doubt.
        """
        while people := self._feed.take(self._session.window, self._way):
            since, self._unwritten = self._now(), 0
            try:
                for batch in self._batches(people):
                    self._intend(batch)
                    self._deliver(batch)
                    del batch  # its messages may be large, and the next ones are written now
            finally:
                self._feed.settle(len(people), self._unwritten, since, self._way)
            if self._last and not self._goes_on(self._last):
                return False
        return True

    def _batches(self, people: Sequence[Person]) -> Iterator[list[_Pair]]:
        """Render each, and yield as many at once as memory has room for; one that cannot be rendered fails alone."""
        batch: list[_Pair] = []
        octets = 0
        for person in people:
            try:
                message = self._render(person.recipient)
            except (TemplateError, AddressError) as error:
                self._record.unrenderable(person, error)
                continue
            batch.append((person, message))
            octets += len(message.content)
            del message
            if octets > _ROOM:
                yield batch
                batch, octets = [], 0
        if batch:
            yield batch

    def _deliver(self, batch: Sequence[_Pair]) -> None:
        """Deliver the messages, then the copies of those that were accepted; whatever happens, record everybody."""
        alone = [_alone(message) for _, message in batch]
        accepted: deque[tuple[Person, Outcome, float]] = deque()
        done, before = 0, self._now()
        try:
            for answer in self._session.deliver(alone):
                if done == len(batch) or answer.message is not alone[done]:
                    raise _out_of_order()
                person, message = batch[done]
                done += 1
                outcome = answer if answer.message is message else replace(answer, message=message)
                self._last = outcome
                self._unwritten += outcome.status is Status.UNSENT
                now = self._now()
                seconds, before = now - before, now
                if message.copies and outcome.status is Status.SENT:
                    accepted.append((person, outcome, seconds))
                else:
                    self._record(person, outcome, seconds)
            while accepted:
                warning = self._copy(accepted[0][1].message)
                self._record(*accepted.popleft(), warning)
        finally:
            for person, outcome, seconds in accepted:
                self._record(person, outcome, seconds, "it is not known whether its copies were sent")
            for person, message in batch[done:]:
                silence = Reply(text="the transport did not say what became of it")
                self._record(person, Outcome(message=message, status=Status.IN_DOUBT, reply=silence))

    def _copy(self, message: Message) -> str:
        """Send the copies, each on its own; return a warning when one was not taken."""
        refused = 0
        for address in message.copies:
            copy = replace(message, rcpt_to=address, copies=())
            refused += not any(outcome.status is Status.SENT for outcome in self._session.deliver([copy]))
        return f"{refused} of {len(message.copies)} copies not accepted" if refused else ""


def _alone(message: Message) -> Message:
    """Return it without copies: they are the worker's, so that no transport need know of them."""
    return replace(message, copies=()) if message.copies else message


def _out_of_order() -> TransportError:
    """Hold the transport to the contract: one outcome a message, in order."""
    return TransportError(
        "the transport gave an outcome out of order",
        hint="this is a mistake in its plugin; what it was given is in doubt",
    )
