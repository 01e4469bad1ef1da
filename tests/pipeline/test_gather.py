from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import MailgridError, SourceError
from mailgrid.hookspecs import Recipient, Skip
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Intent, Result
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.gather import Again, Gather
from mailgrid.pipeline.key_text import key_text
from mailgrid.planning.plan import Plan
from mailgrid.planning.split import Share, Split
from tests.pipeline.campaign import crowd, gathered, ledger, plan_of
from tests.pipeline.virtual_clock import EPOCH, VirtualClock


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7"), (7, "7"), ("7.0", "7.0"), ("007", "007"), (7.5, "7.5"), (Decimal("7.00"), "7"), (None, ""),
        ("  x ", "x"), (float("nan"), "nan"), (float("inf"), "inf"), (Decimal("Infinity"), "Infinity"),
        (Decimal("1E+999999"), "1E+999999"), ("Zoë", "Zoë"), ("\ud800", "\\ud800"), (-0.0, "0"),
    ],
)  # fmt: skip
def test_a_key_becomes_text_in_one_way(value: object, text: str) -> None:
    assert key_text(value) == text


@given(st.one_of(st.text(), st.floats(), st.decimals(allow_nan=True), st.integers(), st.booleans(), st.none()))
def test_any_key_becomes_text_that_can_be_stored(value: object) -> None:
    key_text(value).encode()


def people(folder: Path, plan: Plan, **settings: Any) -> tuple[list[Person], dict[str, int]]:
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        tally = Gather(plan, store, **settings)(audience)
        assert sum(audience.standings().values()) == tally.standings.total()
        return list(audience.everybody()), dict(tally.standings)


def known(folder: Path, **those: Result) -> None:
    """Let the ledger know people, by the part of their address before the `@`."""
    with closing(ledger(folder, plan_of([]))) as store:
        for name, result in those.items():
            key = f"{name}@example.org"
            store.write([Intent(key, key, "", 1, EPOCH)], [])
            store.write([], [replace(result, key=key)])


def result(state: State, **more: Any) -> Result:
    return Result("", state, 0, "", "", EPOCH, 0.0, **more)


def test_counts_rows_matches_duplicates_and_bad_addresses(tmp_path: Path) -> None:
    rows = [("a@example.org", "yes"), ("A@EXAMPLE.org", "yes"), ("b@example.org", "no"), ("nobody", "yes"), ("", "yes")]
    plan = plan_of(rows, test=lambda cells: cells[1] == "yes")
    ticks: list[int] = []
    tally = gathered(tmp_path, plan, tick=ticks.append)
    assert (tally.rows, tally.matched, tally.duplicate, tally.bad_address, tally.to_send) == (5, 4, 1, 2, 1)
    assert sorted(line for _, lines in tally.bad.values() for line in lines) == [5, 6]
    assert ticks == [5]
    assert plan.source.closed  # type: ignore[attr-defined]


def test_rows_that_cannot_be_judged_are_counted_and_not_written_to(tmp_path: Path) -> None:
    tally = gathered(tmp_path, plan_of(crowd(3), test=lambda cells: None if cells[1] == "P1" else True))
    assert (tally.unknown, tally.to_send) == (1, 2)


def test_what_the_templates_do_not_need_is_not_kept(tmp_path: Path) -> None:
    found, _ = people(tmp_path, plan_of(crowd(1), kept=("email",)))
    assert found[0].recipient.fields == {"email": "p0@example.org"}
    assert found[0].recipient.line == 2


def test_a_key_column_takes_the_place_of_the_address(tmp_path: Path) -> None:
    rows = [("a@example.org", 7.0), ("b@example.org", "7"), ("c@example.org", None), ("d@example.org", "8")]
    found, standings = people(tmp_path, plan_of(rows, key="name"))
    assert [person.recipient.key for person in found] == ["7", "8"]
    assert standings == {"pending": 2}


def test_each_state_of_the_ledger_has_its_standing(tmp_path: Path, clock: VirtualClock) -> None:
    known(
        tmp_path,
        p0=result(State.SENT),
        p1=result(State.FAILED),
        p2=result(State.FAILED, gave_up=True),
        p3=result(State.IN_DOUBT),
        p4=result(State.SUPPRESSED),
        p5=result(State.DEFERRED, due=EPOCH + 60),
        p6=result(State.PENDING),
    )
    found, standings = people(tmp_path, plan_of(crowd(8)), clock=clock)
    assert standings == {"already sent": 1, "rejected for good": 1, "in doubt": 1, "pending": 5}
    assert [person.recipient.fields["name"] for person in found] == ["P2", "P4", "P5", "P6", "P7"]
    assert [(person.attempts, person.due, person.first) for person in found[:3]] == [
        (0, 0.0, 0.0), (0, 0.0, 0.0), (1, EPOCH + 60, EPOCH),
    ]  # fmt: skip
    again, _ = people(tmp_path, plan_of(crowd(8)), again=Again(in_doubt=True, rejected=True), clock=clock)
    assert [person.recipient.fields["name"] for person in again] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]


def test_who_was_deferred_long_ago_begins_afresh(tmp_path: Path) -> None:
    known(tmp_path, p0=result(State.DEFERRED, due=EPOCH + 60))
    waiting = gathered(tmp_path, plan_of(crowd(1)), clock=VirtualClock(EPOCH + 3600))
    assert (waiting.waiting, waiting.to_send) == (1, 1)
    found, _ = people(tmp_path, plan_of(crowd(1)), clock=VirtualClock(EPOCH + 3601))
    assert (found[0].attempts, found[0].due) == (0, EPOCH + 60)


def test_who_begins_afresh_still_waits_until_the_time_that_was_asked_for(tmp_path: Path) -> None:
    known(tmp_path, p0=result(State.DEFERRED, due=EPOCH + 7200))
    found, _ = people(tmp_path, plan_of(crowd(1)), clock=VirtualClock(EPOCH + 3601))
    assert (found[0].attempts, found[0].due) == (0, EPOCH + 7200)


def test_take_in_a_file_counts_those_already_sent_and_take_beside_it_does_not(tmp_path: Path) -> None:
    first, _ = people(tmp_path, plan_of(crowd(20), take=5))
    names = [person.recipient.key.partition("@")[0] for person in first]
    known(tmp_path, **{name: result(State.SENT) for name in names[:3]})
    rest, standings = people(tmp_path, plan_of(crowd(20), take=5))
    assert [person.recipient.key.partition("@")[0] for person in rest] == names[3:]
    assert standings == {"already sent": 3, "pending": 2, "beyond take": 15}
    _, standings = people(tmp_path, plan_of(crowd(20), take=5), take=1)
    assert (standings["pending"], standings["left for later"]) == (1, 1)
    _, standings = people(tmp_path, plan_of(crowd(20)), take=4)
    assert standings["pending"] == 4


def test_a_plugin_may_change_and_skip_people(tmp_path: Path) -> None:
    def select(recipient: Recipient) -> Recipient | Skip:
        if recipient.fields["name"] == "P1":
            return Skip(reason="asked us not to")
        return Recipient(key=recipient.key.upper(), address=recipient.address, fields={"email": 1}, line=9)

    tally = gathered(tmp_path, plan_of(crowd(3), select=select))
    assert (tally.skipped, tally.to_send) == ({"asked us not to": 1}, 2)
    found, _ = people(tmp_path, plan_of(crowd(1), select=select))
    assert found[0].recipient.key == "P0@EXAMPLE.ORG"


def test_a_plugins_people_have_a_variant_too(tmp_path: Path) -> None:
    def select(recipient: Recipient) -> Recipient:
        assert recipient.variant == "only"
        return Recipient(key=f"other {recipient.key}", address=recipient.address, fields={})

    plan = plan_of(crowd(2), select=select, split=Split("welcome", [Share("only", 1.0)]))
    found, _ = people(tmp_path, plan)
    assert [person.recipient.variant for person in found] == ["only", "only"]
    assert gathered(tmp_path, plan_of(crowd(2), select=select, split=plan.split)).variants == {"only": 2}


def test_a_plugin_that_breaks_is_told_without_the_person(tmp_path: Path) -> None:
    def select(recipient: Recipient) -> Recipient:
        raise KeyError(recipient.address)

    with pytest.raises(MailgridError, match=r"\(line 2\): KeyError") as caught:
        gathered(tmp_path, plan_of(crowd(1), select=select))
    assert "example.org" not in str(caught.value)


def test_a_source_that_breaks_is_closed_and_nobody_is_written_to(tmp_path: Path) -> None:
    plan = plan_of([*crowd(3), SourceError("line 5 is broken")])
    with pytest.raises(SourceError):
        gathered(tmp_path, plan)
    assert plan.source.closed  # type: ignore[attr-defined]


def test_a_great_crowd_is_gathered_batch_by_batch(tmp_path: Path) -> None:
    rows = [(f"p{number % 2000}@example.org", "") for number in range(2500)]
    ticks: list[int] = []
    tally = gathered(tmp_path, plan_of(rows), tick=ticks.append)
    assert (tally.rows, tally.duplicate, tally.to_send) == (2500, 500, 2000)
    assert ticks == [500, 1000, 1500, 2000, 2500]
