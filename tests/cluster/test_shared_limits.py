"""Limits that hosts share: the real statements, at times that the test says."""

import heapq
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgrid.cluster.run_rate import Pace, RunRate
from mailgrid.errors import LedgerError
from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.faults import told
from mailgrid.ledger.postgres.place import Place
from mailgrid.pipeline.domain_claims import GAP, DomainClaims
from mailgrid.pipeline.queued_throttle import QueuedThrottle
from mailgrid.planning.carrier import SharedRate
from mailgrid.planning.plan import DomainRate
from tests.pipeline.virtual_clock import EPOCH, VirtualClock
from tests.postgres import schema

#: The clock's own grain at this date, in seconds.
GRAIN = 1e-6
NAMES = count()
#: Takes up to so many messages, and returns how many, and how long to wait where that is none.
Host = Callable[[int], tuple[int, float]]
Grants = list[tuple[float, int]]


class Counted(PostgresBuckets):
    """Buckets that count the statements, and that may be `away`."""

    asked = 0
    away = False

    def claim(self, claims: Sequence[Claim]) -> Mapping[str, Stretch]:
        self.asked += 1
        if self.away:
            with told(Place.of("postgresql:///mail", {})):
                raise psycopg.OperationalError
        return super().claim(claims)

    def claim_domains(self, claims: Sequence[Claim], *, rehearsal: bool) -> Mapping[str, Stretch]:
        self.asked += 1
        return super().claim_domains(claims, rehearsal=rehearsal)


class Town:
    """Where hosts share limits: the buckets and their clock."""

    def __init__(self, database: Database) -> None:
        self.clock = VirtualClock()
        self.buckets = Counted(database.server, lambda: round(self.clock.now() * 10**9))
        self.claim_domains = partial(self.buckets.claim_domains, rehearsal=False)

    def throttles(self, hosts: int, rate: float, burst: int) -> list[Host]:
        """Return so many hosts that share a rate."""
        shared = SharedRate(f"relay{next(NAMES)}", rate, burst)
        return [self._throttled(QueuedThrottle(shared, self.buckets.claim, self.clock.now)) for _ in range(hosts)]

    def domains(self, hosts: int, rate: float, burst: int) -> list[Host]:
        """Return so many hosts that share the limit of a domain."""
        name = f"{next(NAMES)}.example"
        limit = DomainRate(name, rate, burst, "")
        each = (DomainClaims([limit], 1, self.claim_domains, self.clock.now, lambda: GAP * hosts) for _ in range(hosts))
        return [self._laned(turns, name) for turns in each]

    def _throttled(self, throttle: QueuedThrottle) -> Host:
        return lambda wanted: (throttle.grant(wanted, 1, self.clock.now()), throttle.delay(1, self.clock.now()))

    def _laned(self, turns: DomainClaims, name: str) -> Host:
        def take(wanted: int) -> tuple[int, float]:
            turn = turns({name: wanted})[name]
            return turn.granted, max(0.0, turn.following / 10**9 - self.clock.now())

        return take

    def send(
        self, hosts: Sequence[Host], seconds: float, late: float = 0.001, window: int = 64, each: float = 0.0
    ) -> tuple[Grants, list[int]]:
        """Let hosts take all that they can, each up to `late` seconds late; return who got how many, and when.

        `each` is how long a host takes for a message, in seconds, more or less; `window` how many it sends at once.
        """
        random, parts, grants = Random(7), [0] * len(hosts), []
        queue = [(EPOCH, number) for number in range(len(hosts))]
        while queue[0][0] < EPOCH + seconds:
            moment, number = heapq.heappop(queue)
            self.clock.advance(moment - self.clock.now())
            granted, delay = hosts[number](window)
            grants.append((self.clock.now(), granted))
            parts[number] += granted
            again = granted * each * (0.9 + 0.2 * random.random()) if granted else delay
            heapq.heappush(queue, (self.clock.now() + again + random.random() * late + GRAIN, number))
        return grants, parts


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_ledgers(schema(), tmp_path)
    assert isinstance(found, Database)
    found.project().close()
    with closing(found.server):
        yield found


def assert_limited(grants: Grants, rate: float, burst: int) -> None:
    """No window, from any grant to any later one, holds more than rate * T + burst."""
    before, lowest = 0, math.inf
    for moment, granted in grants:
        allowed = rate * (moment - EPOCH)
        lowest = min(lowest, before - allowed)
        before += granted
        assert before - allowed - lowest <= burst + rate * 2 * GRAIN


@pytest.mark.parametrize("kind", [Town.throttles, Town.domains])
@pytest.mark.parametrize(
    ("hosts", "rate", "burst", "statements"),
    [
        pytest.param(10, 5000, 500, 30, id="ten hosts, fast"),
        pytest.param(1, 5000, 500, 30, id="one host, fast"),
        pytest.param(1, 1000, 10, 30, id="one host, a small burst"),
        pytest.param(10, 1000, 10, 30, id="ten hosts, a small burst"),
        pytest.param(10, 99, 9, 40, id="ten hosts, less than a hundred"),
        pytest.param(10, 10, 1, 25, id="ten hosts, one at a time"),
        pytest.param(10, 1, 1, 15, id="ten hosts, a second each"),
    ],
)
def test_hosts_reach_a_limit_together_and_fairly_and_never_exceed_it(
    town: Town, kind: Callable[[Town, int, float, int], list[Host]], hosts: int, rate: int, burst: int, statements: int
) -> None:
    seconds = max(2.0, 4.0 * hosts / rate)
    grants, parts = town.send(kind(town, hosts, rate, burst), seconds)
    assert_limited(grants, rate, burst)
    assert sum(parts) >= 0.93 * rate * seconds
    assert town.buckets.asked <= statements * seconds + 2 * hosts
    assert max(parts) - min(parts) <= max(2, 0.25 * max(parts), rate / 10)


@pytest.mark.parametrize("rate", [1000, 20_000])
def test_hosts_that_send_no_more_than_their_share_reach_the_rate_together(town: Town, rate: int) -> None:
    hosts = [host for each in town.throttles(10, rate, rate // 10) for host in [each] * 8]  # of eight workers each
    grants, _ = town.send(hosts, 4.0, late=0.0002, window=1, each=len(hosts) / rate)
    assert_limited(grants, rate, rate // 10)
    learnt = sum(granted for moment, granted in grants if moment > EPOCH + 1)
    assert learnt >= 0.94 * rate * 3.0
    assert town.buckets.asked <= 90 * 4.0


def test_who_does_not_come_any_more_is_not_waited_for(town: Town) -> None:
    hosts = town.throttles(10, 10, 1)
    town.send(hosts, 1.5)
    then = town.clock.now()
    grants, _ = town.send(hosts[:1], then - EPOCH + 8)
    assert sum(granted for moment, granted in grants if moment > then + 3) >= 0.9 * 5 * 10


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.one_of(st.integers(1, 20_000).map(float), st.floats(0.01, 20_000)),
    burst=st.integers(3, 50),
    cost=st.integers(1, 3),
    steps=st.lists(
        st.tuples(
            st.integers(0, 2), st.one_of(st.just(0.0), st.floats(0, 0.06), st.floats(0, 30)), st.integers(1, 40),
            st.integers(0, 3), st.booleans(),
        ),
        max_size=30,
    ),
)  # fmt: skip
def test_no_window_holds_more_than_rate_and_burst_whoever_is_restarted(
    town: Town, rate: float, burst: int, cost: int, steps: list[tuple[int, float, int, int, bool]]
) -> None:
    shared = SharedRate(f"relay{next(NAMES)}", rate, burst)
    hosts = [QueuedThrottle(shared, town.buckets.claim, town.clock.now) for _ in range(3)]
    grants: Grants = []
    for number, pause, wanted, spare, restarted in steps:
        if restarted:
            hosts[number] = QueuedThrottle(shared, town.buckets.claim, town.clock.now)
        town.clock.advance(pause)
        granted = hosts[number].grant(wanted, cost, town.clock.now())
        unused = min(spare, granted)
        hosts[number].refund(unused, cost)
        grants.append((town.clock.now(), cost * (granted - unused)))
    assert_limited(grants, rate, burst)


def test_many_domains_cost_a_host_one_statement_a_gap(town: Town) -> None:
    lanes = {f"{number}.example": 1 for number in range(200)}
    turns = DomainClaims([DomainRate(None, 5, 1, "5/s")], 1, town.claim_domains, town.clock.now, lambda: 0.1)
    sent = 0
    while town.clock.now() < EPOCH + 2:
        sent += sum(turn.granted for turn in turns(lanes).values())
        town.clock.advance(0.005)
    assert sent >= 0.9 * 2 * 5 * len(lanes)
    assert town.buckets.asked <= 22


def test_the_rate_of_a_run_is_that_of_the_campaign_until_somebody_wants_another(town: Town) -> None:
    wished = [""]
    rates = [
        RunRate("campaign welcome", Pace(100.0, 10, 1), town.buckets, town.clock.now, lambda: wished[0])
        for _ in range(2)
    ]

    def sent(seconds: float) -> int:
        end, total = town.clock.now() + seconds, 0
        while town.clock.now() < end:
            total += sum(rate.grant(8, 1, town.clock.now()) for rate in rates)
            town.clock.advance(min(max(rate.delay(1, town.clock.now()) for rate in rates), 0.002) + GRAIN)
        return total

    assert 190 <= sent(2) <= 210
    wished[0] = "1000/s"
    assert 1700 <= sent(2) <= 2100
    wished[0] = "60/min"
    assert sent(10) <= 10 + 2
    wished[0] = ""
    sent(1)
    assert 190 <= sent(2) <= 210


def test_while_the_database_is_away_nobody_goes_and_it_is_asked_four_times_a_second(town: Town) -> None:
    rate = RunRate("campaign welcome", Pace(100.0, 10, 1), town.buckets, town.clock.now, lambda: "")
    town.buckets.away = True
    for _ in range(4):
        assert rate.grant(8, 1, town.clock.now()) == 0
        town.clock.advance(rate.delay(1, town.clock.now()))
    assert town.clock.now() - EPOCH == pytest.approx(1, abs=0.01)
    assert town.buckets.asked == 4
    town.buckets.away = False
    assert rate.grant(8, 1, town.clock.now()) == 8


def test_what_the_database_refuses_is_no_reason_to_wait(town: Town) -> None:
    rate = RunRate("campaign \0", Pace(100.0, 10, 1), town.buckets, town.clock.now, lambda: "")
    with pytest.raises(LedgerError, match="cannot be stored"):
        rate.grant(8, 1, town.clock.now())


def test_a_run_without_a_rate_asks_nobody(town: Town) -> None:
    rate = RunRate("campaign welcome", Pace(None, 1, 1), town.buckets, town.clock.now, lambda: "")
    assert (rate.grant(500, 1, EPOCH), rate.delay(1, EPOCH), town.buckets.asked) == (500, 0.0, 0)
    rate.refund(500, 1)
