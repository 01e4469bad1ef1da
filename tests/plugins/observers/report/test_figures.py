"""What a report counts, in the same memory however many rows there are."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.observers.report.figures import Figures, clean
from mailgrid_plugins.observers.report.frequent import Frequent
from mailgrid_plugins.observers.report.pace import Pace

from mailgrid.hookspecs import Fate, Reply


@settings(max_examples=50, deadline=None)
@given(things=st.lists(st.integers(0, 30), max_size=200))
def test_nothing_is_lost_and_few_things_are_counted_exactly(things: list[int]) -> None:
    frequent: Frequent[int] = Frequent(room=10)
    for thing in things:
        frequent.add(thing, "sent")
    most, others = frequent.most(5)
    assert sum(counts.total() for counts in most.values()) + others.total() == len(things)
    assert len(frequent._counts) <= 20
    if len(set(things)) <= 20:
        exact = sorted(Counter(things).values(), reverse=True)[:5]
        assert [counts["sent"] for counts in most.values()] == exact


def test_the_frequent_are_found_among_very_many_that_are_not() -> None:
    frequent: Frequent[str] = Frequent(room=100)
    for number in range(5_000):
        frequent.add(f"rare{number}.example", "sent")
        frequent.add(f"big{number % 3}.example", "failed" if number % 2 else "sent")
    most, others = frequent.most(3)
    assert set(most) == {"big0.example", "big1.example", "big2.example"}
    assert sum(counts.total() for counts in most.values()) == 5_000
    assert others == {"sent": 5_000}


@settings(max_examples=50, deadline=None)
@given(moments=st.lists(st.floats(-1, 1e7), max_size=50))
def test_a_long_run_has_as_few_spans_as_a_short_one(moments: list[float]) -> None:
    pace = Pace(most=8)
    for moment in moments:
        pace.add(moment, "sent")
    assert sum(counts.total() for counts in pace.counts) == len(moments)
    assert len(pace.counts) <= 8
    assert all(moment < pace.span * len(pace.counts) for moment in moments)


def test_spans_stay_where_they_were_when_they_grow() -> None:
    pace = Pace(most=2)
    for moment in (0.5, 1.5, 2.5):
        pace.add(moment, "sent")
    assert (pace.span, [counts["sent"] for counts in pace.counts]) == (2.0, [2, 1])


def fate(number: int) -> Fate:
    reply = Reply(code=550, enhanced="5.1.1", text=f"<p{number}@d{number}.example> unknown, id {number}")
    reason = f"given up after {number} attempts"
    return Fate(
        line=number, key="", address=f"p{number}@d{number}.example", status="failed", reason=reason, reply=reply
    )


def test_replies_and_reasons_are_put_together_though_each_has_another_number() -> None:
    figures = Figures()
    for number in range(50):
        figures.add(fate(number))
    assert [(kind.code, counts["failed"]) for kind, counts in figures.replies.most(9)[0].items()] == [(550, 50)]
    assert list(figures.texts.values()) == ["<p***@d0.example> unknown, id 0"]
    assert figures.reasons.most(9)[0] == {("failed", "given up after # attempts"): {"failed": 50}}


def test_a_text_of_somebody_else_cannot_turn_the_page() -> None:
    assert clean("a\x1b]0;b\u202ec\ud800d\r\n") == "a ]0;b c d  "
