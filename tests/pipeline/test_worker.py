from collections.abc import Callable, Iterator, Sequence

import pytest

from mailgrid.errors import AddressError, LedgerError, TemplateError, TransportError
from mailgrid.hookspecs import Message, Outcome, Recipient, Scope, Status
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.unrenderable import Unrenderable
from mailgrid.pipeline.worker import Worker
from tests.pipeline.far_side import lost, refused, sent

Deliver = Callable[[Sequence[Message]], Iterator[Outcome]]


class Feed:
    def __init__(self, *batches: str) -> None:
        self.batches = list(batches)
        self.flying = 0

    def take(self, window: int, way: object = None) -> list[Person] | None:
        assert window == 4
        assert self.flying == 0
        if not self.batches:
            return None
        keys = self.batches.pop(0)
        self.flying = len(keys)
        return [Person(Recipient(key=key, address=key, fields={})) for key in keys]

    def settle(self, count: int, *_unwritten: object) -> None:
        self.flying -= count


class Notes:
    """What the worker does, in order."""

    window = 4

    def __init__(self, deliver: Deliver | None = None, copies: tuple[str, ...] = (), content: bytes = b"") -> None:
        self.said: list[str] = []
        self._deliver = deliver or (lambda batch: (sent(message) for message in batch))
        self._copies = copies
        self._content = content

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        self.said.append("deliver " + "".join(message.rcpt_to for message in batch))
        assert not any(message.copies for message in batch)
        return self._deliver(batch)

    def close(self) -> None:
        raise AssertionError("whoever opened it closes it")

    def render(self, recipient: Recipient) -> Message:
        if recipient.key in "xy":
            raise TemplateError("no") if recipient.key == "x" else AddressError("none")
        return Message(
            recipient=recipient,
            mail_from="n",
            rcpt_to=recipient.key,
            content=self._content,
            message_id="",
            copies=self._copies,
        )

    def intend(self, batch: Sequence[tuple[Person, Message]]) -> None:
        self.said.append("intend " + "".join(person.recipient.key for person, _ in batch))

    def __call__(self, person: Person, outcome: Outcome, seconds: float = 0.0, warning: str = "") -> None:
        assert outcome.message.copies == self._copies
        self.said.append(" ".join(filter(None, [outcome.status.value, person.recipient.key, warning])))

    def unrenderable(self, person: Person, error: Unrenderable) -> None:
        self.said.append(f"unrenderable {person.recipient.key}")

    def goes_on(self, last: Outcome) -> bool:
        return last.scope is not Scope.SESSION

    def work(self, *batches: str) -> list[str]:
        feed = Feed(*batches)
        try:
            Worker(self, feed, self.render, self.intend, self, self.goes_on, lambda: 0.0).run()  # type: ignore[arg-type]
        finally:
            assert feed.flying == 0
        return self.said


def test_intends_before_it_delivers_and_records_each() -> None:
    assert Notes().work("ab", "c") == [
        "intend ab",
        "deliver ab",
        "sent a",
        "sent b",
        "intend c",
        "deliver c",
        "sent c",
    ]


def test_of_large_messages_it_holds_one_at_a_time() -> None:
    assert [each for each in Notes(content=bytes(9 << 20)).work("abc") if "intend" in each or "deliver" in each] == [
        "intend a",
        "deliver a",
        "intend b",
        "deliver b",
        "intend c",
        "deliver c",
    ]


def test_whoever_cannot_be_written_to_fails_alone() -> None:
    assert Notes().work("axy", "x") == [
        "unrenderable x",
        "unrenderable y",
        "intend a",
        "deliver a",
        "sent a",
        "unrenderable x",
    ]


def test_nothing_is_delivered_whose_intent_is_not_durable() -> None:
    class Full(Notes):
        def intend(self, batch: Sequence[tuple[Person, Message]]) -> None:
            raise LedgerError("full")

    notes = Full()
    with pytest.raises(LedgerError):
        notes.work("ab")
    assert notes.said == []


def test_those_about_whom_the_transport_says_nothing_are_in_doubt() -> None:
    assert Notes(lambda batch: iter([sent(batch[0])])).work("abc")[2:] == ["sent a", "in_doubt b", "in_doubt c"]


@pytest.mark.parametrize("wrong", [lambda batch: [sent(batch[1])], lambda batch: [sent(m) for m in (*batch, batch[0])]])
def test_a_transport_out_of_order_breaks_its_contract(wrong: Deliver) -> None:
    notes = Notes(lambda batch: iter(wrong(batch)))
    with pytest.raises(TransportError, match="out of order"):
        notes.work("ab")
    assert sorted(line[-1] for line in notes.said[2:]) == ["a", "b"]


def breaking(batch: Sequence[Message]) -> Iterator[Outcome]:
    yield sent(batch[0])
    raise BrokenPipeError


def test_a_transport_that_raises_leaves_the_rest_in_doubt() -> None:
    notes = Notes(breaking)
    with pytest.raises(BrokenPipeError):
        notes.work("abc")
    assert notes.said[2:] == ["sent a", "in_doubt b", "in_doubt c"]


def test_copies_go_each_on_its_own_after_those_that_were_accepted() -> None:
    def deliver(batch: Sequence[Message]) -> Iterator[Outcome]:
        return ({"b": refused, "d": lost, "2": refused}.get(message.rcpt_to, sent)(message, 1) for message in batch)

    assert Notes(deliver, ("1", "2")).work("abcd")[2:] == [
        "failed b",
        "in_doubt d",
        "deliver 1",
        "deliver 2",
        "sent a 1 of 2 copies not accepted",
        "deliver 1",
        "deliver 2",
        "sent c 1 of 2 copies not accepted",
    ]


@pytest.mark.parametrize("where", ["b", "1"])
def test_what_was_accepted_is_sent_even_if_the_line_breaks_before_its_copies_are(where: str) -> None:
    def deliver(batch: Sequence[Message]) -> Iterator[Outcome]:
        for message in batch:
            if message.rcpt_to == where:
                raise BrokenPipeError
            yield sent(message)

    notes = Notes(deliver, ("1",))
    with pytest.raises(BrokenPipeError):
        notes.work("ab")
    told = {line[:6].strip() for line in notes.said if "copies were sent" in line}
    assert told == ({"sent a"} if where == "b" else {"sent a", "sent b"})
    assert ("in_doubt b" in notes.said) is (where == "b")


def test_a_copy_about_which_nothing_is_said_was_not_accepted() -> None:
    notes = Notes(lambda batch: (sent(message) for message in batch if message.rcpt_to != "1"), ("1",))
    assert notes.work("a")[-1] == "sent a 1 of 1 copies not accepted"


def test_a_worker_that_is_one_too_many_leaves_after_its_batch() -> None:
    def turned_away(batch: Sequence[Message]) -> Iterator[Outcome]:
        return (Outcome(message=message, status=Status.UNSENT, scope=Scope.SESSION) for message in batch)

    assert Notes(turned_away).work("ab", "c") == ["intend ab", "deliver ab", "unsent a", "unsent b"]
