"""Let: named values, and other values for them from outside the file."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from mailgrid.language.ast import Kind, Literal
from mailgrid.language.campaign import Reference
from tests.language.compiling import ANYWHERE, REST, campaign, codes, compile_content


def value(written: str) -> object:
    found = campaign("", f"let x = {written}\n").lets["x"]
    return found.value if isinstance(found, Literal) else found


@pytest.mark.parametrize(
    "written, expected",
    [
        ('"Acme"', "Acme"),
        ("5", Decimal(5)),
        ("-5", Decimal(-5)),
        ("2026-05-31", date(2026, 5, 31)),
        ("30d", timedelta(days=30)),
        ("true", True),
        ('env("X", "y")', Reference(ANYWHERE, "env", "X", "y")),
        ('secret("X")', Reference(ANYWHERE, "secret", "X")),
        ("[]", ()),
    ],
)
def test_values(written: str, expected: object) -> None:
    assert value(written) == expected


def test_a_list() -> None:
    found = value('["FR", "DE"]')
    assert isinstance(found, tuple)
    assert [item.value for item in found] == ["FR", "DE"]


@pytest.mark.parametrize("written", ["a", "1 + 2", "today()", "[a]", 'env("A", 5)', "secret()", '["a", env("B")]'])
def test_what_has_to_be_worked_out_is_no_value(written: str) -> None:
    assert codes(compile_content(f"let x = {written}\n")) == ["MG204"]


@pytest.mark.parametrize(
    "given, kind, expected",
    [
        ("Globex", Kind.TEXT, "Globex"),
        ('"Globex"', Kind.TEXT, "Globex"),
        ("5", Kind.NUMBER, Decimal(5)),
        ("-5", Kind.NUMBER, Decimal(-5)),
        ("2026-06-30", Kind.DATE, date(2026, 6, 30)),
        ("2026-02-30", Kind.TEXT, "2026-02-30"),
        ("5 apples", Kind.TEXT, "5 apples"),
        ("01234", Kind.TEXT, "01234"),
        ("", Kind.TEXT, ""),
        ('"', Kind.TEXT, '"'),
    ],
)
def test_an_override_is_read_as_it_would_be_written(given: str, kind: Kind, expected: object) -> None:
    compiled = compile_content(f'let x = "Acme"\ncampaign welcome {{\n{REST}}}\n', {"x": given})
    found = compiled.campaigns[0].lets["x"]
    assert isinstance(found, Literal)
    assert (found.kind, found.value) == (kind, expected)


def test_an_override_of_an_unknown_name_is_a_mistake_without_a_place() -> None:
    (diagnostic,) = compile_content('let brand = "Acme"\n', {"brant": "x"}).diagnostics
    assert (diagnostic.code, diagnostic.span, diagnostic.help_line) == ("MG224", None, "did you mean `brand`?")
