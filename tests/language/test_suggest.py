"""Did you mean: near enough, and not further."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.language.suggest import MANY, distance, nearest


@pytest.mark.parametrize(
    "word, names, expected",
    [
        ("subjct", ["subject", "source"], "subject"),
        ("prot", ["port", "host"], "port"),
        ("tp", ["to", "key"], "to"),
        ("tx", ["key"], None),
        ("keey", ["key"], "key"),
        ("kez", ["key", "kes"], "kes"),
        ("cost", ["host", "cast"], "cast"),
        ("Country", ["country", "county"], "country"),
        ("unsubscribe", ["subject"], None),
        ("campain", ["campaign", "complain"], "campaign"),
        ("x", ["y"], None),
        ("", ["a"], None),
        ("abc", [], None),
    ],
)
def test_nearest(word: str, names: list[str], expected: str | None) -> None:
    assert nearest(word, names) == expected


def test_among_very_many_names_none_is_near() -> None:
    assert nearest("n1x", [f"n{number}" for number in range(MANY)]) is not None
    assert nearest("n1x", [f"n{number}" for number in range(MANY + 1)]) is None


@pytest.mark.parametrize(
    "left, right, expected",
    [("", "", 0), ("ab", "ba", 1), ("abc", "abd", 1), ("abc", "ab", 1), ("ca", "abc", 3), ("kitten", "sitting", 3)],
)
def test_distance(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == expected


words = st.text(alphabet="abc", max_size=6)


@settings(max_examples=100, deadline=None)
@given(words, words)
def test_distance_is_symmetric_and_zero_for_equals_only(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert distance(left, right) <= max(len(left), len(right))
