from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from mailgrid.language import ast
from mailgrid.language.expressions import Reason, compile_where, show
from mailgrid.language.expressions.wanted import unreadable
from tests.language.expressions.asking import match, parsed, scope
from tests.language.expressions.conditions import COLUMNS, conditions, rows


def reason(condition: str, row: Mapping[str, object], **others: object) -> Reason:
    found = match(condition, tuple(row), **others).reason(tuple(row.values()), tuple(row))
    assert found
    return found


def deciding(found: Reason) -> list[str]:
    return [each.text for _, each in found.walk() if each.decides and not each.parts]


@settings(max_examples=150, deadline=None)
@given(condition=conditions, row=rows)
def test_its_answer_is_that_of_the_condition(condition: ast.Expr, row: Mapping[str, object]) -> None:
    made = compile_where(condition, scope(COLUMNS)).match
    if made is None:
        return
    cells = tuple(row.values())
    found = made.reason(cells, tuple(row))
    assert found
    assert found.answer is made.bind(tuple(row))(cells)
    assert deciding(found)


def test_there_is_none_without_a_condition() -> None:
    made = compile_where(None, scope()).match
    assert made
    assert made.reason((), ()) is None


@pytest.mark.parametrize(
    "condition,row,decide",
    [
        ('a = "x" and b = "x"', ("x", "y"), ['b = "x"']),
        ('a = "x" and b = "x"', ("x", "x"), ['a = "x"', 'b = "x"']),
        ('a = "x" or b = "x"', ("x", "y"), ['a = "x"']),
        ('a = "x" or b = "x"', ("y", "y"), ['a = "x"', 'b = "x"']),
        ('a > 1 and b = "x"', ("?", "x"), ["a > 1"]),
        ('a > 1 and b = "x"', ("?", "y"), ['b = "x"']),
        ('not (a = "x" and b = "x")', ("x", "y"), ['b = "x"']),
        ('in s and b = "x"', ("y", "x"), ['a = "x"']),
    ],
)
def test_the_tests_that_decide(condition: str, row: tuple[str, str], decide: list[str]) -> None:
    segments = {"s": parsed('a = "x"')}
    assert deciding(reason(condition, dict(zip("ab", row, strict=True)), segments=segments)) == decide


@pytest.mark.parametrize(
    "test,words",
    [
        ("a > 1", "is not a number"),
        ("a + 1 = 2", "is not a number"),
        ("number(a) = 2", "is not a number"),
        ("a", "is neither yes nor no"),
        ("a = true", "is neither yes nor no"),
        ("a after 2026-01-01", "is not a date"),
        ("a before b", "is not a date"),
        ("a between 2026-01-01 and 2026-02-01", "is not a date"),
        ("a > today() - 30d", "is not a date"),
        ("days_since(a) < 30", "is not a date"),
        ("date(a) = b", "is not a date"),
        ("a > 5m", "is not a duration"),
        ("a in (1, 2)", "is not a number"),
        ("a < x", "cannot be read"),
    ],
)
def test_what_a_cell_is_not(test: str, words: str) -> None:
    assert unreadable(parsed(test)) == words


def test_an_empty_cell_without_an_answer_is_called_empty() -> None:
    assert reason("a > 1", {"a": " "}).note == "is empty"
    assert reason("a > 1", {"a": "x"}).note == "is not a number"
    assert reason("a > 1", {"a": "2"}).note == ""


def test_a_rule_file_is_shown_with_its_condition() -> None:
    inner = parsed('a = "x"')
    path = ast.Literal(inner.span, ast.Kind.TEXT, "vip.json")
    made = compile_where(ast.RuleFile(inner.span, path, inner), scope(("a",))).match
    assert made
    found = made.reason(("y",), ("a",))
    assert found
    assert [(depth, each.text) for depth, each in found.walk()] == [(0, 'rules("vip.json")'), (1, show(inner))]
    assert found.as_json()["parts"] == [
        {"test": 'a = "x"', "answer": False, "decides": True, "cells": {"a": "y"}, "note": ""}
    ]
