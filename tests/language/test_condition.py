"""A condition by itself, as on the command line."""

import pytest

from mailgrid.language.ast import And, Compare, Or
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text


def test_a_condition() -> None:
    condition, diagnostics = parse_condition(Text("--where", 'country = "FR" and active'))
    assert isinstance(condition, And)
    assert not diagnostics.errors
    assert condition.span.source == 'country = "FR" and active'
    assert isinstance(condition.parts[0], Compare)
    assert condition.parts[0].span.column == 1


def test_line_ends_are_blanks() -> None:
    condition, diagnostics = parse_condition(Text("--where", "\na\nor\nb\n"))
    assert isinstance(condition, Or)
    assert not diagnostics.errors


@pytest.mark.parametrize(
    "content, code, column",
    [
        ("", "MG109", 1),
        ("a ==  1", "MG104", 3),
        ("a = 1 b = 2", "MG114", 7),
        ("a }", "MG112", 3),
        ("a { b 1 }", "MG117", 3),
        ("a and", "MG109", 3),
        ("where a", "MG104", 1),
        ("a = 2026-02-30", "MG304", 5),
    ],
)
def test_mistakes(content: str, code: str, column: int) -> None:
    _, diagnostics = parse_condition(Text("--where", content))
    first = next(iter(diagnostics))
    assert (first.code, first.span and first.span.column) == (code, column)


def test_a_condition_with_a_mistake_is_none() -> None:
    condition, diagnostics = parse_condition(Text("--where", "a = @"))
    assert condition is None
    assert diagnostics.errors
