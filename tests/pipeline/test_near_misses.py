from collections.abc import Iterator, Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.hookspecs import Column, Row
from mailgrid.language.expressions import show
from mailgrid.pipeline.near_misses import NearMisses
from tests.language.expressions.asking import match, parsed

Found = dict[str, list[tuple[str, int]]]


def watched(condition: str, cells: Sequence[object], column: str | Column = "a", **others: object) -> Found:
    """What matched no row, with its relaxations; the rows come through as they were."""
    given: list[Row] = [(line, [cell]) for line, cell in enumerate(cells, 2)]
    near = NearMisses(match(condition, (column,), **others), ("a",))
    rows: Iterator[Row] = iter(given)
    assert list(chain(near.first(rows), rows)) == given
    return {
        show(each.probe.test): [(relaxed.words, relaxed.rows) for relaxed in each.relaxations]
        for each in near.unmatched
    }


@pytest.mark.parametrize(
    "condition,cells,found",
    [
        ('a = "fr"', ["FR", "fr", "Fr"], {}),
        ('a = "fr"', ["FR", " FR ", "de"], {'a = "fr"': [("ignoring case", 2)]}),
        ('a = "fr"', ["de"], {'a = "fr"': []}),
        ('a in ("fr", "de")', ["FR", "DE", "x"], {'a in ("fr", "de")': [("ignoring case", 2)]}),
        ('a contains "acme"', ["x@ACME.com"], {'a contains "acme"': [("ignoring case", 1)]}),
        ('a starts with "Ann "', ["Ann", "Bob"], {'a starts with "Ann "': [("without the blanks", 1)]}),
        ('a ends with "x"', ["X"], {'a ends with "x"': [("ignoring case", 1)]}),
        ('a = "18"', ["18.0", "018", "1 8", "x"], {'a = "18"': [("as a number", 3)]}),
        ('a = "FR" or a = "de"', ["FR", "DE"], {'a = "de"': [("ignoring case", 1)]}),
        ('not a = "fr"', ["FR"], {'a = "fr"': [("ignoring case", 1)]}),
        ("in s", ["FR"], {'a = "fr"': [("ignoring case", 1)]}),
        # Nothing that can be named was overlooked here.
        ('a = "fr" ignoring case', ["x"], {}),
        ('a != "fr"', ["FR"], {}),
        ('a not in ("fr", "x")', ["FR"], {}),
        ("a = 18", ["x"], {}),
        ("a > 18", ["x"], {}),
        ("a", ["x"], {}),
        ("a in l", ["FR"], {}),
        ('lower(a) = "FR"', ["FR"], {}),
    ],
)
def test_what_a_test_would_match(condition: str, cells: list[str], found: Found) -> None:
    assert watched(condition, cells, segments={"s": parsed('a = "fr"')}, lets={"l": ()}) == found


def test_cells_that_are_no_texts() -> None:
    cells = [None, 18, True, 1, ["FR"], {"a": 1}]
    assert watched('a = "18.0"', cells) == {'a = "18.0"': [("as a number", 1)]}
    assert watched('a = "TRUE"', cells) == {'a = "TRUE"': [("ignoring case", 1)]}
    assert watched('a = "fr"', cells) == {'a = "fr"': [("ignoring case", 1)]}
    assert watched('a = "1"', cells) == {}


def test_a_column_of_texts_is_not_read_as_numbers() -> None:
    assert watched('a = "18"', ["018"], Column(name="a", type="text")) == {'a = "18"': []}


def test_nothing_is_watched_without_a_condition() -> None:
    near = NearMisses(None, ())
    assert list(near.first(iter([(2, [])]))) == []
    assert near.unmatched == ()


def test_rows_are_not_held_back_once_every_test_has_matched() -> None:
    near = NearMisses(match('a = "x"', ("a",)), ("a",))
    rows = iter([(line, ["x"]) for line in range(1000)])
    assert len(list(near.first(rows))) < 100
    assert len(list(rows)) > 900


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.sampled_from(["fr", "FR", "18", "x "]),
    few=st.lists(st.sampled_from(["FR", "fr", " Fr", "18.0", "X", "", "q"]), max_size=8),
    times=st.sampled_from([1, 300]),
)
def test_the_counts_are_those_of_the_whole_list(wanted: str, few: list[str], times: int) -> None:
    cells = few * times
    found = watched(f'a = "{wanted}"', cells)
    if any(cell.strip() == wanted.strip() for cell in cells):
        assert found == {}
        return
    (relaxations,) = found.values()
    folded = sum(cell.strip().casefold() == wanted.strip().casefold() for cell in cells)
    assert dict(relaxations).get("ignoring case", 0) == folded
    assert dict(relaxations).get("as a number", 0) == (cells.count("18.0") if wanted == "18" else 0)
