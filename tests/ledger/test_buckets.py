"""What campaigns share of transports and domains: one suite, two stores."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.ledgers import Buckets, Ledgers
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.project import Bucket

HOUR = 3600 * 10**9


@pytest.fixture
def buckets(ledgers: Ledgers) -> Iterator[Buckets]:
    with closing(ledgers.project()) as buckets:
        yield buckets


def add(buckets: Buckets, amount: int, transport: str = "ses") -> int:
    """Count a bucket up, and return what it held before."""
    seen: list[int] = []

    def step(bucket: Bucket) -> Bucket:
        seen.append(bucket.due)
        return replace(bucket, due=bucket.due + amount)

    while not buckets.exchange(transport, step):
        pass
    return seen[-1]


def dues(buckets: Buckets, changes: Mapping[str, int], *, rehearsal: bool = False) -> Mapping[str, int]:
    """Set buckets of domains, and return what they held before."""
    seen: list[Mapping[str, int]] = []

    def step(found: Mapping[str, int]) -> Mapping[str, int]:
        seen.append(dict(found))
        return {domain: due for domain, due in changes.items() if due}

    while not buckets.exchange_domains(list(changes), step, rehearsal=rehearsal):
        pass
    return seen[-1]


def test_a_bucket_begins_at_nothing_and_each_transport_has_its_own(buckets: Buckets) -> None:
    assert [add(buckets, 1_777_777_777_123_456_789), add(buckets, 1), add(buckets, 0)] == [
        0,
        1_777_777_777_123_456_789,
        1_777_777_777_123_456_790,
    ]
    assert (add(buckets, 7, "SES"), add(buckets, 0, "SES")) == (0, 7)


def test_both_parts_of_a_bucket_are_kept(buckets: Buckets) -> None:
    assert buckets.exchange("ses", lambda _: Bucket(5, 7))
    seen: list[Bucket] = []

    def look(bucket: Bucket) -> Bucket:
        seen.append(bucket)
        return bucket

    assert buckets.exchange("ses", look)
    assert seen == [Bucket(5, 7)]


def test_no_change_is_lost_between_those_who_come_at_once(ledgers: Ledgers) -> None:
    ledgers.project().close()

    def count(_: int) -> None:
        with closing(ledgers.project()) as buckets:
            for _ in range(10):
                add(buckets, 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with closing(ledgers.project()) as buckets:
        assert add(buckets, 0) == 40


def test_a_step_that_fails_changes_nothing(buckets: Buckets) -> None:
    add(buckets, 5)
    with pytest.raises(ZeroDivisionError):
        buckets.exchange("ses", lambda bucket: Bucket(bucket.due // 0))
    assert add(buckets, 0) == 5


def test_a_quota_is_kept_by_pieces_of_time(buckets: Buckets) -> None:
    assert buckets.used("ses") == {}
    assert buckets.spend("ses", lambda _: {900: 5, 1800: 7})
    assert buckets.spend("ses", lambda used: {900: used[900] + 1})
    assert buckets.used("ses") == {900: 6}
    assert buckets.used("relay") == {}


def test_domains_are_changed_together_and_apart_from_rehearsals(buckets: Buckets) -> None:
    assert dues(buckets, {"a.example": 5, "b.example": 7}) == {}
    assert dues(buckets, {"a.example": 9, "c.example": 0}).get("a.example") == 5
    assert dues(buckets, {"a.example": 0, "b.example": 0, "c.example": 0}) == {"a.example": 9, "b.example": 7}
    assert dues(buckets, {"a.example": 0}, rehearsal=True) == {}


def test_domains_that_are_full_are_forgotten(buckets: Buckets) -> None:
    dues(buckets, {"old.example": HOUR, "new.example": 3 * HOUR})
    buckets.forget_domains(2 * 3600.0)
    assert dues(buckets, {"old.example": 0, "new.example": 0}) == {"new.example": 3 * HOUR}


def claimed(buckets: Buckets, *claims: Claim) -> Mapping[str, Stretch]:
    assert buckets.claim is not None
    return buckets.claim(claims)


def test_stretches_of_a_transports_time_lie_side_by_side_whoever_takes_them(database: Database) -> None:
    database.project().close()
    claim = Claim("ses", 10**7, 10**7, most=1, least=30)

    def take(_: int) -> list[int]:
        buckets = PostgresBuckets(database.server, lambda: HOUR)
        return [claimed(buckets, claim)["ses"].start for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        starts = sorted(start for taken in pool.map(take, range(4)) for start in taken)
    assert starts == [HOUR + number * 30 * 10**7 for number in range(40)]


def test_a_stretch_begins_at_the_servers_now(database: Database) -> None:
    with closing(database.project()) as buckets:
        clock = database.clock()
        before = clock()
        first = claimed(buckets, Claim("ses", 10**9, 10**9, most=1, least=10))["ses"]
        assert before - 0.5 < first.start / 10**9 < clock() + 0.5
        assert first.count == 10


def test_no_stretch_lies_too_far_ahead(database: Database) -> None:
    database.project().close()
    now, second = HOUR, 10**9
    buckets = PostgresBuckets(database.server, lambda: now)
    claim = Claim("ses", second, second, most=1, least=10)
    assert [claimed(buckets, claim)["ses"] for _ in range(3)] == [
        Stretch(now, 10, now),
        Stretch(now + 10 * second, 10, now),
        Stretch(now + 20 * second, 0, now + second),
    ]
    assert buckets.exchange("ses", lambda bucket: Bucket(bucket.due + HOUR))
    late = claimed(buckets, claim)["ses"]  # what nobody of this rate can have taken holds nobody up
    assert late == Stretch(now + second, 10, now)


def test_one_statement_answers_for_many_domains_and_each_gets_its_own(database: Database) -> None:
    with closing(database.project()) as buckets:
        assert buckets.claim_domains is not None
        claims = [Claim(f"{number}.example", 10**9, number * 10**9, most=3) for number in (2, 1, 5)]
        had = buckets.claim_domains(claims, rehearsal=False)
        counts = {name: stretch.count for name, stretch in had.items()}
        assert counts == {"1.example": 1, "2.example": 2, "5.example": 3}
        assert buckets.claim_domains(claims[:1], rehearsal=True)["2.example"].count == 2
        again = buckets.claim_domains(claims[:2], rehearsal=False)
        assert [stretch.count for stretch in again.values()] == [0, 0]
        assert again["1.example"].turn > again["1.example"].start - 10**9
