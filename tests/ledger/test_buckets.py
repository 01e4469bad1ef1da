"""What campaigns share of transports and domains: one suite, two stores."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pytest

from mailgrid.ledger.ledgers import Buckets, Ledgers
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.project import Bucket

MINUTE = 60 * 10**9
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


def test_who_finds_a_domain_changed_meanwhile_is_charged_for_none(database: Database) -> None:
    moments = iter(range(100))
    one, other = (PostgresBuckets(database.server, lambda: next(moments)) for _ in range(2))
    database.project().close()
    dues(one, {"a.example": 5, "b.example": 5})
    before: list[Mapping[str, int]] = []

    def step(found: Mapping[str, int]) -> Mapping[str, int]:
        if not before:
            dues(other, {"b.example": 6})
        before.append(dict(found))
        return {domain: due + 10 for domain, due in found.items()}

    assert one.exchange_domains(["a.example", "b.example"], step, rehearsal=False)
    assert before == [{"a.example": 5, "b.example": 5}, {"a.example": 5, "b.example": 6}]
    assert dues(one, {"a.example": 0, "b.example": 0}) == {"a.example": 15, "b.example": 16}


def test_who_asks_for_domains_again_at_once_is_told_to_come_later_and_nobody_else_is_asked(database: Database) -> None:
    database.project().close()
    buckets = PostgresBuckets(database.server, lambda: 1.0)
    assert buckets.exchange_domains(["a.example"], lambda _: {}, rehearsal=False)
    assert not buckets.exchange_domains(["a.example"], lambda _: {"a.example": 5}, rehearsal=False)


def test_stretches_of_a_transports_time_lie_side_by_side_whoever_takes_them(database: Database) -> None:
    def take(_: int) -> list[int | None]:
        with closing(database.project()) as buckets:
            assert buckets.reserve is not None
            return [buckets.reserve("ses", 10**9, 100 * 10**9) for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        starts = sorted(start for taken in pool.map(take, range(4)) for start in taken if start is not None)
    assert len(starts) == 40
    assert {later - start for start, later in pairwise(starts)} == {10**9}


def test_a_stretch_begins_at_the_servers_now_and_none_lies_too_far_ahead(database: Database) -> None:
    with closing(database.project()) as buckets:
        assert buckets.reserve is not None
        clock = database.clock()
        before = clock()
        start = buckets.reserve("ses", MINUTE, MINUTE)
        assert start is not None
        assert before - 0.5 < start / 10**9 < clock() + 0.5
        assert buckets.reserve("ses", MINUTE, MINUTE) == start + MINUTE
        assert buckets.reserve("ses", MINUTE, MINUTE) is None
        assert buckets.exchange("ses", lambda bucket: Bucket(bucket.due + HOUR))
        before = clock()
        late = buckets.reserve("ses", MINUTE, MINUTE)  # what nobody of this rate can have taken holds nobody up
        assert late is not None
        assert before + 59.5 < late / 10**9 < clock() + 60.5
