import threading
from collections.abc import Callable, Iterator

import pytest

from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.throttle import Throttle
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

Make = Callable[..., Feed]


@pytest.fixture
def make(clock: VirtualClock) -> Iterator[Make]:
    audience = Audience("welcome")

    def feed(
        count: int,
        *,
        due: tuple[float, ...] = (),
        rate: float | None = None,
        burst: int = 1,
        cost: int = 1,
        wait: bool = True,
        time: Clock = clock,
    ) -> Feed:
        people = [Person(recipient(f"p{n}")) for n in range(count)]
        people += [Person(recipient(f"d{n}"), due=when, attempts=1, first=EPOCH) for n, when in enumerate(due)]
        audience.add(people)
        return Feed(audience, Throttle(rate, burst), cost, time, wait=wait)

    yield feed
    audience.close()


def recipient(key: str) -> Recipient:
    return Recipient(key=key, address=f"{key}@example.org", fields={})


def keys(people: list[Person] | None) -> list[str]:
    return [person.recipient.key for person in people or []]


def test_hands_out_everybody_once_up_to_the_window(make: Make) -> None:
    feed = make(1003)
    found: list[str] = []
    while (people := feed.take(10)) is not None:
        assert 0 < len(people) <= 10
        found += keys(people)
        feed.settle(len(people))
    assert found == [f"p{n}" for n in range(1003)]


def test_nobody_to_write_to_is_over_at_once(make: Make) -> None:
    assert make(0).take(5) is None


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_of_nothing_is_one(make: Make, window: int) -> None:
    assert keys(make(3).take(window)) == ["p0"]


def test_deferred_people_come_when_they_are_due_and_before_new_ones(make: Make, clock: VirtualClock) -> None:
    feed = make(2, due=(EPOCH + 10, EPOCH - 1))
    assert keys(feed.take(1)) == ["d1"]
    assert keys(feed.take(9)) == ["p0", "p1"]
    feed.settle(3)
    assert feed.next_due == EPOCH + 10
    assert keys(feed.take(9)) == ["d0"]
    assert clock.now() == pytest.approx(EPOCH + 10, abs=0.001)
    assert feed.next_due is None


def test_who_is_deferred_meanwhile_is_handed_out_again(make: Make, clock: VirtualClock) -> None:
    feed = make(1)
    (person,) = feed.take(5) or []
    feed.defer(person, EPOCH + 7, 1, EPOCH)
    feed.settle()
    (again,) = feed.take(5) or []
    assert (again.recipient, again.attempts, again.first) == (person.recipient, 1, EPOCH)
    assert clock.now() == pytest.approx(EPOCH + 7, abs=0.001)
    feed.settle()
    assert feed.take(5) is None


def test_without_waiting_only_those_who_are_due_are_handed_out(make: Make, clock: VirtualClock) -> None:
    feed = make(1, due=(EPOCH - 5, EPOCH + 5), wait=False)
    people = feed.take(9) or []
    assert keys(people) == ["d0", "p0"]
    feed.defer(people[1], clock.now(), 0, 0.0)
    feed.settle(2)
    assert keys(feed.take(9)) == ["p0"]
    feed.settle()
    assert feed.take(9) is None
    assert clock.now() < EPOCH + 5


def test_nobody_gets_more_tokens_than_there_are_and_none_is_lost(make: Make, clock: VirtualClock) -> None:
    feed = make(12, rate=1.0, burst=6, cost=2)
    assert len(feed.take(9) or []) == 3
    found = 3
    while found < 12:
        found += len(feed.take(9) or [])
    assert clock.now() - EPOCH == pytest.approx(18, abs=0.1)


def test_tokens_are_charged_for_people_only(make: Make, clock: VirtualClock) -> None:
    feed = make(2, due=(EPOCH + 5,), rate=1.0, burst=10)
    assert len(feed.take(10) or []) == 2
    assert isinstance(feed._throttle, Throttle)
    assert feed._throttle.due == pytest.approx(EPOCH + 2, abs=0.001)


def test_a_resting_route_holds_everybody_back(make: Make, clock: VirtualClock) -> None:
    feed = make(1)
    feed.pause(EPOCH + 30)
    feed.pause(EPOCH + 20)
    assert feed.paused_until == EPOCH + 30
    assert len(feed.take(1) or []) == 1
    assert clock.now() >= EPOCH + 30


@pytest.mark.parametrize("settings", [{"count": 0, "due": (2e10,)}, {"count": 1, "rate": 1e-6}, {"count": 1}])
def test_stopping_wakes_whoever_waits(make: Make, settings: dict[str, object]) -> None:
    feed = make(time=Clock(), **settings)
    if settings == {"count": 1}:
        feed.pause(2e10)
    else:
        feed._throttle.grant(1, 1, Clock().now())
    answers: list[object] = []
    waiting = [threading.Thread(target=lambda: answers.append(feed.take(1))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    assert waiting[0].is_alive()
    feed.stop()
    assert feed.stopped
    for thread in waiting:
        thread.join(20)
    assert answers == [None] * 3


def test_the_last_outcome_wakes_whoever_waits_for_it(make: Make) -> None:
    feed = make(1, time=Clock())
    assert feed.take(1)
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(feed.take(1)))
    thread.start()
    feed.settle()
    thread.join(20)
    assert answers == [None]
