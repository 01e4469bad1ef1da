import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.expressions import show
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text
from tests.language.expressions.asking import parsed
from tests.language.expressions.conditions import NOWHERE, conditions, literal


@pytest.mark.parametrize(
    "written,shown",
    [
        ("(a)", "a"),
        ("((a = 1))", "a = 1"),
        ("a AND (b OR c)", "a and (b or c)"),
        ("(a and b) or c", "a and b or c"),
        ("not (a or b)", "not (a or b)"),
        ("NOT (a = 1)", "not a = 1"),
        ("a - (b - 1) > 2", "a - (b - 1) > 2"),
        ("(a - b) - 1 > 2", "a - b - 1 > 2"),
        ("a  in ('x' , \"y\",)", 'a in ("x", "y")'),
        ("a not  in eu", "a not in eu"),
        ("in vip and not in staff", "in vip and not in staff"),
        ("a Starts  With 'x' Ignoring Case", 'a starts with "x" ignoring case'),
        (r"a matches /\/x[a-z]+$/im", r"a matches /\/x[a-z]+$/im"),
        ("`First Name` is not empty", "`First Name` is not empty"),
        ("a between -1 and 1_000", "a between -1 and 1000"),
        ("a before 2026-05-04T09:00Z", "a before 2026-05-04 09:00Z"),
        ("a > 2026-05-04 09:00:30", "a > 2026-05-04 09:00:30"),
        ("a = today() - 1w", "a = today() - 7d"),
        ("a = 1h30m", "a = 1h30m"),
        ("a = 1.5s", "a = 1s500ms"),
        ('a = "q\\"\\\\\\n\\u{7F}"', 'a = "q\\"\\\\\\n\\u{7F}"'),
        ('a = lines("x.txt")', 'a = lines("x.txt")'),
        ("TRUE", "true"),
    ],
)
def test_the_form_on_one_line(written: str, shown: str) -> None:
    assert show(parsed(written)) == shown
    assert parsed(shown) == parsed(written)


@settings(max_examples=200, deadline=None)
@given(condition=conditions)
def test_parsed_again_it_is_the_same_tree(condition: ast.Expr) -> None:
    text = show(condition)
    assert "\n" not in text
    assert parsed(text) == condition


@settings(max_examples=100, deadline=None)
@given(text=st.text())
def test_any_text_in_quotes_comes_back(text: str) -> None:
    quoted = show(literal(text, Kind.TEXT))
    assert quoted.isprintable()
    tree, diagnostics = parse_condition(Text("where", f"a = {quoted}"))
    assert isinstance(tree, ast.Compare)
    assert tree.right == ast.Literal(NOWHERE, Kind.TEXT, text) or len(diagnostics)


@pytest.mark.parametrize("name", ["and", "In", "First Name", "e-mail-", "1st", "true"])
def test_a_name_that_is_no_plain_word_stands_in_backticks(name: str) -> None:
    column = ast.Column(NOWHERE, name, quoted=True)
    assert show(ast.Column(NOWHERE, name)) == f"`{name}`"
    assert parsed(show(column)) == column
