from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.lanes import Lanes, lane_of
from mailgrid.pipeline.throttle import Throttle
from mailgrid.planning.plan import DomainRate
from tests.pipeline.campaign import plan_of
from tests.pipeline.shared_bucket import DomainBuckets
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

FIVE = DomainRate("busy.example", 5.0, 1, "5/s")


class Campaign:
    """A feed over people, each given as a domain; `runs` makes another over the same buckets."""

    def __init__(self, rates: Sequence[DomainRate], clock: VirtualClock, buckets: DomainBuckets | None = None) -> None:
        self.clock = clock
        self.rates = rates
        self.buckets = buckets or DomainBuckets()
        self.audience = Audience("welcome", lane_of(plan_of([], domains=tuple(rates))))

    def feed(
        self,
        domains: Sequence[str],
        *,
        rate: float | None = None,
        cost: int = 1,
        due: Mapping[int, float] | None = None,
    ) -> Feed:
        due = due or {}
        self.audience.add([self._person(n, domain, due.get(n, 0.0)) for n, domain in enumerate(domains)])
        lanes = Lanes(self.audience, self.rates, cost, self.buckets.exchange, self.clock.now)
        return Feed(self.audience, Throttle(rate, 1), cost, self.clock, lanes=lanes)

    def _person(self, number: int, domain: str, due: float) -> Person:
        recipient = Recipient(key=f"{number}", address=f"{number}@{domain}", fields={"n": number})
        return Person(recipient, due=due, attempts=int(due > 0), first=EPOCH if due else 0.0)


Make = Callable[..., Campaign]


@pytest.fixture
def make(clock: VirtualClock) -> Iterator[Make]:
    made: list[Campaign] = []

    def campaign(*rates: DomainRate, buckets: DomainBuckets | None = None) -> Campaign:
        made.append(Campaign(rates, clock, buckets))
        return made[-1]

    yield campaign
    for each in made:
        each.audience.close()


def handed(feed: Feed, clock: VirtualClock, window: int = 4) -> list[tuple[int, str, float]]:
    """Take everybody: whose number, at which domain, and how many seconds after the beginning."""
    found = []
    while (people := feed.take(window)) is not None:
        assert 0 < len(people) <= window
        for person in people:
            number, _, domain = person.recipient.address.partition("@")
            found.append((int(number), domain, clock.now() - EPOCH))
        feed.settle(len(people))
    return found


def approx(times: list[float]) -> object:
    """Each a little later, for to wake up takes a moment."""
    return pytest.approx(times, abs=1e-2)


def times(found: list[tuple[int, str, float]]) -> dict[str, list[float]]:
    by_domain = defaultdict(list)
    for _, domain, time in found:
        by_domain[domain].append(time)
    return by_domain


def test_a_limited_domain_holds_back_only_its_own(make: Make, clock: VirtualClock) -> None:
    domains = ["busy.example" if n % 5 < 3 else f"d{n % 7}.example" for n in range(300)]
    found = handed(make(FIVE).feed(domains), clock)
    assert sorted(number for number, _, _ in found) == list(range(300))
    busy = times(found)["busy.example"]
    assert busy == approx([n / 5 for n in range(180)])
    assert max(time for _, domain, time in found if domain != "busy.example") == 0


def test_people_of_a_domain_go_in_the_order_of_the_source(make: Make, clock: VirtualClock) -> None:
    found = handed(make(FIVE).feed(["busy.example"] * 20), clock)
    assert [number for number, _, _ in found] == list(range(20))


def test_nobody_overtakes_where_the_rate_is_what_is_short(make: Make, clock: VirtualClock) -> None:
    found = handed(make(FIVE).feed(["busy.example", "d.example"] * 10, rate=1.0), clock)
    assert [number for number, _, _ in found] == list(range(20))


def test_any_limits_each_domain_by_itself_and_a_named_one_goes_before(make: Make, clock: VirtualClock) -> None:
    two = DomainRate(None, 2.0, 1, "2/s")
    found = times(handed(make(FIVE, two).feed(["busy.example", "a.example", "b.example"] * 5), clock))
    assert found["a.example"] == found["b.example"] == approx([n / 2 for n in range(5)])
    assert found["busy.example"] == approx([n / 5 for n in range(5)])


def test_a_burst_goes_at_once(make: Make, clock: VirtualClock) -> None:
    found = handed(make(DomainRate("busy.example", 5.0, 8, "5/s burst 8")).feed(["busy.example"] * 10), clock)
    assert [time for _, _, time in found] == approx([0] * 8 + [0.2, 0.4])


def test_copies_count(make: Make, clock: VirtualClock) -> None:
    two = DomainRate("busy.example", 2.0, 2, "2/s burst 2")
    found = handed(make(two).feed(["busy.example"] * 3, cost=2), clock)
    assert [time for _, _, time in found] == approx([0, 1, 2])


def test_who_was_deferred_waits_in_the_lane_too(make: Make, clock: VirtualClock) -> None:
    campaign = make(FIVE)
    feed = campaign.feed(["busy.example"] * 4)
    people = feed.take(1) or []
    feed.defer(people[0], EPOCH + 0.3, 1, EPOCH)
    feed.settle()
    found = handed(feed, clock)
    assert [(number, round(time, 3)) for number, _, time in found] == [(1, 0.2), (0, 0.4), (2, 0.6), (3, 0.8)]


def test_who_is_due_from_an_earlier_run_waits_in_the_lane_too(make: Make, clock: VirtualClock) -> None:
    feed = make(FIVE).feed(["busy.example"] * 6, due=dict.fromkeys(range(6), EPOCH - 5))
    assert [time for _, _, time in handed(feed, clock)] == approx([n / 5 for n in range(6)])


def test_another_run_opens_no_new_burst_and_shares_what_there_is(make: Make, clock: VirtualClock) -> None:
    burst = DomainRate("busy.example", 5.0, 3, "5/s burst 3")
    one = make(burst)
    assert len(one.feed(["busy.example"] * 3).take(9) or []) == 3
    other = make(burst, buckets=one.buckets)
    assert [time for _, _, time in handed(other.feed(["busy.example"] * 2), clock)] == approx([0.2, 0.4])


def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_a_time_far_away(make: Make, clock: VirtualClock) -> None:
    campaign = make(FIVE)
    campaign.buckets.states["busy.example"] = round((EPOCH + 86_400) * 10**9)
    assert [time for _, _, time in handed(campaign.feed(["busy.example"] * 2), clock)] == approx([0.2, 0.4])


def test_while_the_buckets_are_kept_by_somebody_else_others_go_on(make: Make, clock: VirtualClock) -> None:
    campaign = make(FIVE)
    campaign.buckets.busy = True
    feed = campaign.feed(["busy.example", "d.example"])
    assert [person.recipient.address for person in feed.take(4) or []] == ["1@d.example"]
    campaign.buckets.busy = False
    assert [person.recipient.address for person in feed.take(4) or []] == ["0@busy.example"]
    assert clock.now() - EPOCH < 0.1


def test_it_says_who_is_at_the_limit(make: Make, clock: VirtualClock) -> None:
    feed = make(FIVE, DomainRate(None, 1.0, 1, "1/s")).feed(["busy.example", "a.example", "b.example"] * 2)
    assert feed.limited(2) == ([], 0)
    feed.take(4)
    assert feed.limited(2) == ([("busy.example", "5/s"), ("a.example", "1/s")], 3)


def test_nobody_is_over_while_somebody_stands_in_a_lane(make: Make, clock: VirtualClock) -> None:
    feed = make(FIVE).feed(["busy.example"] * 2)
    assert len(feed.take(4) or []) == 1
    assert feed.next_due is None
    assert len(feed.take(4) or []) == 1


@pytest.mark.parametrize(
    "address, lane",
    [
        ("a@Busy.Example", "busy.example"),
        ("a@sub.busy.example", ""),
        ("a@d.example", ""),
        ('"a@b"@busy.example', "busy.example"),
    ],
)
def test_a_lane_is_a_domain(address: str, lane: str) -> None:
    name = lane_of(plan_of([], domains=(FIVE,)))
    assert name is not None
    assert name(address) == lane


def test_who_is_redirected_goes_where_the_message_goes() -> None:
    name = lane_of(plan_of([], domains=(DomainRate(None, 5.0, 1, "5/s"),), redirect="qa@acme.com"))
    assert name is not None
    assert name("a@busy.example") == "acme.com"


def test_a_campaign_without_limits_has_no_lanes() -> None:
    assert lane_of(plan_of([])) is None


@settings(max_examples=60, deadline=None)
@given(
    domains=st.lists(st.sampled_from(["a.example", "b.example", "c.example"]), max_size=60),
    rates=st.dictionaries(
        st.sampled_from(["a.example", "b.example", None]),
        st.tuples(st.sampled_from([0.5, 3.0, 7.0]), st.integers(1, 4)),
        min_size=1,
    ),
    rate=st.sampled_from([None, 2.0, 20.0]),
    window=st.integers(1, 5),
    late=st.sets(st.integers(0, 59), max_size=10),
)
def test_everybody_once_and_no_window_holds_more_than_it_may(
    domains: list[str],
    rates: dict[str | None, tuple[float, int]],
    rate: float | None,
    window: int,
    late: set[int],
) -> None:
    clock = VirtualClock()
    campaign = Campaign([DomainRate(name, *each, "") for name, each in rates.items()], clock)
    due = {number: EPOCH + number % 7 for number in late if number < len(domains)}
    found = handed(campaign.feed(domains, rate=rate, due=due), clock, window)
    campaign.audience.close()
    assert sorted(number for number, _, _ in found) == list(range(len(domains)))
    for domain, moments in times(found).items():
        per_second, burst = rates.get(domain) or rates.get(None) or (0.0, len(domains))
        for first, start in enumerate(moments):
            for last, end in enumerate(moments[first:], first):
                assert last - first + 1 <= per_second * (end - start) + burst + 1e-3
