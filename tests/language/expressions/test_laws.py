from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.expressions.asking import match

ODD = [
    "",
    " ",
    "FR",
    "fr ",
    "18",
    " 1 8",
    "-3.50",
    "+7",
    "1e5",
    "NaN",
    "٣",
    "yes",
    "N",
    "maybe",
    "2026-04-20",
    "20260420",
]
ODD += [
    "2026-04-20T10:00",
    "0001-01-01",
    "9999-12-31T23:59+14:00",
    "20/04/2026",
    "5m",
    "a@b@c",
    "é",
    "\x00",
    "9" * 5000,
]
cells = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=8),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.binary(max_size=4),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
LITERALS = [
    '"FR"',
    '""',
    '"18"',
    "18",
    "-3.5",
    "true",
    "false",
    "2026-04-20",
    "2026-04-20 10:00",
    "5m",
    "b",
    "number(b)",
]
LAWS = [
    ("not (a = {x})", "a != {x}"),
    ("not (a < {x})", "a >= {x}"),
    ("not (a > {x})", "a <= {x}"),
    ("not (a in ({x}, {x}))", "a not in ({x}, {x})"),
    ("not (a between {x} and {x})", "a not between {x} and {x}"),
    ("a between {x} and {x}", "a >= {x} and a <= {x}"),
    ("a in ({x}, 18)", "a = {x} or a = 18"),
    ("not (a != {x} and a is empty)", "a = {x} or a is not empty"),
]
UNORDERED = {"true", "false"}
PAIRS = [
    pytest.param(left.format(x=x), right.format(x=x), id=f"{left} {x}".format(x=x))
    for left, right in LAWS
    for x in LITERALS
    if not (x in UNORDERED and ("<" in left or ">" in left or "between" in left))
    # All of the last day is between, which `<=` of a day and a moment says nothing about.
    and not (x == "2026-04-20" and ">=" in right and "and" in right)
]


@pytest.mark.parametrize("left,right", PAIRS)
@settings(max_examples=25, deadline=None)
@given(row=st.tuples(cells, cells))
def test_two_ways_to_say_it_have_one_answer(left: str, right: str, row: tuple[object, object]) -> None:
    one, other = (_asked(condition)(row) for condition in (left, right))
    assert one is other


@settings(max_examples=200, deadline=None)
@given(cell=cells)
def test_an_answer_is_yes_no_or_unknown_and_never_an_exception(cell: object) -> None:
    for _left, right in LAWS:
        for literal in ('"x"', "1", "2026-01-01"):
            assert _asked(right.format(x=literal))((cell, cell)) in (True, False, None)


@settings(max_examples=100, deadline=None)
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_number_is_its_value_however_it_is_written(number: Decimal) -> None:
    written = f"{number:f}"
    for cell in (written, f" {written} ", f"{written}00" if "." in written else written, number):
        literal = f"-{abs(number):f}" if number < 0 else f"{abs(number):f}"
        assert _asked(f"a = {literal}")((cell, "")) is True


@settings(max_examples=100, deadline=None)
@given(day=st.dates(date(1, 2, 1), date(9999, 11, 1)), step=st.integers(0, 20))
def test_days_are_in_order(day: date, step: int) -> None:
    row = (day.isoformat(), (day + timedelta(days=step)).isoformat())
    assert _asked("a before b")(row) is (step > 0)
    assert _asked("date(a) <= date(b)")(row) is True
    assert _asked("date(b) = date(a)")(row) is (step == 0)


_MADE: dict[str, Callable[[Sequence[object]], bool | None]] = {}


def _asked(condition: str) -> Callable[[Sequence[object]], bool | None]:
    """Compile a condition once for all examples."""
    if condition not in _MADE:
        _MADE[condition] = match(condition, ("a", "b")).bind(("a", "b"))
    return _MADE[condition]
