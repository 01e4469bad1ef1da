from datetime import date
from decimal import Decimal

import pytest

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column
from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.expressions import Scope
from tests.language.expressions.asking import ask, only, scope
from tests.language.expressions.conditions import literal

LETS: dict[str, ast.Literal | tuple[ast.Literal, ...] | str] = {
    "eu": (literal("FR", Kind.TEXT), literal(" DE ", Kind.TEXT)),
    "grades": (literal(Decimal(1), Kind.NUMBER), literal(Decimal(2), Kind.NUMBER)),
    "days": (literal(date(2026, 5, 1), Kind.DATE),),
    "home": literal("FR", Kind.TEXT),
    "limit": literal(Decimal(18), Kind.NUMBER),
    "shop": "Acme",
}
KEYS = {"opened": frozenset({"ann@acme.com", " bob@acme.com ", ""})}


def _lines(path: str) -> frozenset[str]:
    if path != "vip.txt":
        raise SourceError(f"there is no {path}", hint="did you mean `vip.txt`?")
    return frozenset({"Ann@acme.com ", "", "x"})


@pytest.mark.parametrize(
    "condition,cell,expected",
    [
        ("a in eu", "DE", True),
        ("a in eu", "fr", False),
        ("a in eu ignoring case", "fr", True),
        ("a not in eu", "", True),
        ("a in eu", "", False),
        ("a in grades", "2.0", True),
        ("a in grades", "two", None),
        ("a not in grades", "", True),
        ("a in days", "2026-05-01", True),
        ("a in days", "1/5/2026", None),
        ("a = home and a != shop", "FR", True),
        ("a = shop", "Acme", True),
        ("a >= limit", "18", True),
        ('a in ["x", "FR"]', "FR", True),
        ('a in ("x", b)', "same", True),
        ('a in (1, "x")', "x", True),
        ("a in (1, 2)", "x", None),
        ('a in ("", "x")', " ", True),
        ('"FR" in (a, b)', "FR", True),
        ("a in opened", "ann@acme.com", True),
        ("a in opened", "Ann@ACME.com", True),
        ("a in opened ignoring case", "BOB@acme.com", True),
        ("a not in opened", "eve@acme.com", True),
        ("a in opened", "", False),
        ('a in lines("vip.txt")', "Ann@acme.com", True),
        ('a in lines("vip.txt")', "ann@acme.com", False),
        ('a in lines("vip.txt") ignoring case', "ann@acme.com", True),
        ('a not in lines("vip.txt")', "", True),
        ('"x" in a', ["x", "y"], True),
        ('"x" in a', "x", True),
        ('"x" in a', "xy", False),
        ('"" in a', "", False),
        ('a contains "x"', ["xy"], False),
        ('a contains "x"', ["x"], True),
        ("b in a", ["other", "same"], True),
    ],
)
def test_in(condition: str, cell: object, expected: bool | None) -> None:
    others = {"lets": LETS, "keys_of": KEYS.get, "read_lines": _lines}
    assert ask(condition, {"a": cell, "b": "same"}, **others) is expected


@pytest.mark.parametrize(
    "condition,code,help_line",
    [
        ("a in ue", "MG314", "did you mean `eu`?"),
        ("a in home", "MG308", "write `= home`"),
        ("a = eu", "MG308", "write `in eu`"),
        ('a in lines("pro.txt")', "MG403", "did you mean `vip.txt`?"),
        ("a in lines(a)", "MG308", ""),
        ("a in lines()", "MG307", ""),
        ("a in lower(a)", "MG308", "write `(lower(a))`"),
        ("5 in opened", "MG308", 'write it in quotes: `"5"`'),
        ("a in lower(1)", "MG308", ""),
    ],
)
def test_what_is_no_list(condition: str, code: str, help_line: str) -> None:
    diagnostic = only(condition, ["a"], lets=LETS, keys_of=KEYS.get, read_lines=_lines)
    assert (diagnostic.code, diagnostic.help_line) == (code, help_line)


def test_a_scope_alone_knows_no_sources_and_no_files() -> None:
    plain = scope(["a"])
    made = Scope(columns=plain.columns, complete=True, source="a.csv", now=plain.now, zone=plain.zone)
    assert made.keys_of("opened") is None
    assert made.read_lines("vip.txt") == frozenset()


def test_a_typed_list_column_wins_over_nothing_else() -> None:
    columns = [Column(name="a"), Column(name="opened", type="list")]
    row: dict[str, object] = {"a": "x", "opened": ["x"]}
    assert ask("a in opened", row, columns=columns) is True
    assert ask("a in opened", row, columns=columns, keys_of=KEYS.get) is False
    assert ask("a in `opened`", row, columns=columns, keys_of=KEYS.get) is True


def test_nothing_is_in_an_empty_list() -> None:
    assert ask("a in l", {"a": "x"}, lets={"l": ()}) is False
    assert ask("a not in l", {"a": ""}, lets={"l": ()}) is True
