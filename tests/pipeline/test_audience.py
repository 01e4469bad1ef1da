import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Audience, Person


def person(key: str, standing: str = "pending", due: float = 0.0, attempts: int = 0) -> Person:
    recipient = Recipient(key=key, address=f"{key}@example.org", fields={"n": key}, line=1)
    return Person(recipient, standing=standing, due=due, attempts=attempts)


def keys(people: list[Person]) -> list[str]:
    return [one.recipient.key for one in people]


@pytest.fixture
def audience() -> Iterator[Audience]:
    audience = Audience("welcome")
    yield audience
    audience.close()


def test_the_first_of_a_key_wins(audience: Audience) -> None:
    assert audience.add([person("a"), person("b"), person("a", "in doubt")]) == 2
    assert audience.add([person("b"), person("c")]) == 1
    assert audience.standings() == {"pending": 3}
    assert keys(audience.pending()) == ["a", "b", "c"]


def test_people_come_back_whole_in_the_order_of_the_source_by_pages(audience: Audience) -> None:
    audience.add([person(str(number)) for number in range(1200)])
    found: list[Person] = []
    while page := audience.pending(found[-1].position if found else 0):
        found += page
    assert keys(found) == [str(number) for number in range(1200)] == keys(list(audience.everybody()))
    assert found[7].recipient == person("7").recipient


def test_who_is_deferred_comes_when_the_wait_is_over_once(audience: Audience) -> None:
    audience.add([person("a"), person("b", due=50.0, attempts=2), person("c", due=40.0, attempts=1)])
    assert (keys(audience.pending()), audience.waiting(), audience.next_due()) == (["a"], 2, 40.0)
    assert audience.due(39.0, 9) == []
    assert keys(audience.due(60.0, 1)) == ["c"]
    assert keys(audience.due(60.0, 9)) == ["b"]
    assert (audience.due(60.0, 9), audience.next_due()) == ([], None)
    (first,) = audience.pending()
    audience.defer(first.position, 70.0, 1, 60.0)
    assert audience.pending() == []
    (again,) = audience.due(70.0, 9)
    assert (again.attempts, again.first, again.due) == (1, 60.0, 70.0)


def test_take_means_the_same_people_each_time_those_already_sent_included() -> None:
    chosen = []
    for sent in (set[str](), {"3", "5", "8"}):
        audience = Audience("welcome")
        audience.add([person(str(n), "already sent" if str(n) in sent else "pending") for n in range(20)])
        audience.keep_first(5)
        chosen.append(set(keys(audience.pending())))
        assert sum(audience.standings().values()) == 20
        audience.close()
    assert len(chosen[0]) == 5
    assert chosen[1] == chosen[0] - {"3", "5", "8"}


def test_another_campaign_takes_others_and_the_order_of_the_source_does_not_matter() -> None:
    chosen = []
    for name, order in (("welcome", 1), ("welcome", -1), ("farewell", 1)):
        audience = Audience(name)
        audience.add([person(str(n)) for n in range(100)][::order])
        audience.keep_first(10)
        chosen.append(set(keys(audience.pending())))
        audience.close()
    assert chosen[0] == chosen[1] != chosen[2]


def test_the_next_ones_are_the_first_of_those_who_are_left(audience: Audience) -> None:
    audience.add([person("a", "already sent"), *map(person, "bcd")])
    audience.keep_next(2)
    assert keys(audience.pending()) == ["b", "c"]
    assert audience.standings() == {"already sent": 1, "pending": 2, "left for later": 1}


def test_a_sample_is_the_same_each_time(audience: Audience) -> None:
    audience.add([person(str(n)) for n in range(100)])
    assert len(first := list(audience.sample(5))) == 5
    assert list(audience.sample(5)) == first
    assert keys(first) != keys(audience.pending()[:5])


def test_a_full_disk_is_named_with_what_to_do(audience: Audience) -> None:
    class Full:
        def execute(self, *_arguments: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            pass

    audience.close()
    audience._database = Full()  # type: ignore[assignment]
    with pytest.raises(LedgerError, match="cannot be kept on disk: database or disk is full") as caught:
        audience.standings()
    assert "SQLITE_TMPDIR" in caught.value.hint
    assert caught.value.exit_code == 5


def test_counts_who_is_in_the_named_lanes_and_in_the_fullest_other_one() -> None:
    with closing(Audience("welcome", lane=lambda address: address[0].strip("-"))) as audience:
        audience.add([person(f"{lane}{number}") for number, lane in enumerate("abbcccdddd-")])
        assert audience.lanes(["a", "b"]) == {"a": 1, "b": 2, "d": 4}
        audience.keep_next(4)
        assert audience.lanes(["b"]) == {"b": 2, "a": 1}
        assert audience.lanes([]) == {"b": 2}
