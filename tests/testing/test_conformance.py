from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mailgrid.hookspecs import Column, Message, Outcome, Reply, Row, Status, Test
from mailgrid.testing import check_source, check_transport, message_to

ROWS = [(2, {"email": "a@x", "name": "Ann"}), (3, {"email": "b@x", "name": "Bob"}), (5, {"email": "c@x", "name": ""})]


class Honest:
    """A source that keeps its word."""

    columns: Sequence[Column] = (Column(name="email"), Column(name="name"))
    complete = True

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        for line, row in ROWS:
            if all(row[test.column] in test.values for test in tests if test.operator == "="):
                yield line, tuple(row[name] for name in wanted)

    def close(self) -> None:
        pass


class Nameless(Honest):
    columns = (Column(name="email"), Column(name=""))


class Columnless(Honest):
    columns = ()


class Empty(Honest):
    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        yield from ()


class Stubborn(Honest):
    """Gives all columns in its own order, whatever is wanted."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        for line, row in ROWS:
            yield line, tuple(row.values())


class Unsorted(Honest):
    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        yield from reversed(list(super().rows(wanted, tests)))


class Eager(Honest):
    """Drops rows that pass the test."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        return super().rows(wanted, [replace(test, values=()) for test in tests])


class Inventive(Honest):
    """Adds a row when it is asked for some."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        yield from super().rows(wanted, tests)
        if tests:
            yield 6, tuple("d@x" for _ in wanted)


class Forgetful(Honest):
    """Has other rows when it is opened again."""

    opened = 0

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        Forgetful.opened += 1
        return iter(list(super().rows(wanted, tests))[Forgetful.opened % 2 :])


class Unclosable(Honest):
    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


def test_an_honest_source_passes() -> None:
    check_source(Honest)


@pytest.mark.parametrize(
    "source,complaint",
    [
        (Nameless, "a column has no name"),
        (Columnless, "there are no columns"),
        (Empty, "there is no row to check"),
        (Stubborn, "do not come in the order asked for"),
        (Unsorted, "the lines do not go up"),
        (Eager, "drops line"),
        (Inventive, "adds rows"),
        (Forgetful, "opened again, it has other rows"),
        (Unclosable, "closed twice"),
    ],
)
def test_each_broken_promise_of_a_source_is_found(source: Callable[[], Any], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_source(source)


class Faithful:
    """A transport that keeps its word, and what it is given."""

    title = "faithful"
    window = 4

    def __init__(self) -> None:
        self.stored: list[bytes] = []

    def check(self) -> None:
        pass

    def open_session(self) -> "Faithful":
        return self

    def close(self) -> None:
        pass

    def store(self, message: Message) -> Outcome:
        self.stored.append(message.content)
        return Outcome(message=message, status=Status.SENT, reply=Reply(code=250))

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        assert len(batch) <= self.window
        return map(self.store, batch)


class Untitled(Faithful):
    title = ""


class Windowless(Faithful):
    window = 0


class Mumbling(Faithful):
    """Does not undo what it does to dots."""

    def store(self, message: Message) -> Outcome:
        self.stored.append(message.content.replace(b"\r\n.", b"\r\n.."))
        return Outcome(message=message, status=Status.SENT)


class Twofold(Faithful):
    def store(self, message: Message) -> Outcome:
        self.stored.append(message.content)
        return super().store(message)


class Turned(Faithful):
    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        return reversed(list(super().deliver(batch)))


class Silent(Faithful):
    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        return iter(list(super().deliver(batch))[:-1])


class Refusing(Faithful):
    def store(self, message: Message) -> Outcome:
        return Outcome(message=message, status=Status.FAILED)


def test_a_faithful_transport_passes() -> None:
    transport = Faithful()
    check_transport(transport, lambda: transport.stored)


@pytest.mark.parametrize(
    "kind,complaint",
    [
        (Untitled, "no title"),
        (Windowless, "smaller than 1"),
        (Mumbling, "did not arrive as it was"),
        (Twofold, "6 messages were sent, 12 arrived"),
        (Turned, "not one outcome a message, in order"),
        (Silent, "not one outcome a message, in order"),
        (Refusing, "not sent"),
    ],
)
def test_each_broken_promise_of_a_transport_is_found(kind: type[Faithful], complaint: str) -> None:
    transport = kind()
    with pytest.raises(AssertionError, match=complaint):
        check_transport(transport, lambda: transport.stored)


def test_a_message_says_what_it_needs() -> None:
    assert message_to("ann@example.org").needs == frozenset()
    assert message_to("ann@example.org", b"\xc3\xa4\r\n").needs == {"8bit"}
