"""What filters of other tools get wrong, and how text cells are read."""

import pytest

from tests.language.expressions.asking import ask, only


@pytest.mark.parametrize(
    "condition,cell,expected",
    [
        ("a >= 18", "30", True),
        ("a >= 18", "9", False),
        ("a > 5", "30", True),
        ("a > 5", "abc", None),
        ("a = 30", " 3 0 ", True),
        ("a = 1234567.5", "1\u00a0234\u202f567.50", True),
        ("a = -5", "- 5", True),
        ("a = 5", "+5", True),
        ("a = 5", "5.", None),
        ("a = 0.5", ".5", None),
        ("a = 1000", "1e3", None),
        ("a = 1000", "1,000", None),
        ("a = 1000", "1_000", None),
        ("a = 3", "٣", None),
        ("a = 16", "0x10", None),
        ('a = "01234"', "01234", True),
        ('a = "01234"', "1234", False),
        ("a = 1234", "01234", True),
        ('not a contains "@x"', "ann@x", False),
        ('not a contains "@x"', "", True),
        ("not a", "", True),
        ("a", "false", False),
        ("a", "company", None),
        ("a = true", "Y", True),
        ("a = false", "", False),
        ("a != true", "", True),
        ("a = true", "2", None),
        ('a = "Premium"', "premium", False),
        ('"Premium" = a', "Premium", True),
        ('a in ("US")', "US", True),
        ("a matches /^A/", "Ann", True),
        ("a matches /^A/", "bAnn", False),
        ("a matches /^a.b$/is", " A\nB ", True),
        ("a not matches /x/", "", True),
        ('a starts with "Dr "', "Dr No", True),
        ('a ends with ".TEST" ignoring case', "x.test ", True),
        ('a contains ""', "x", False),
        ('a contains " "', "a b", True),
        ('a contains " "', " a ", False),
        ('a = "straße" ignoring case', "STRASSE", True),
        ('a = ""', "  ", True),
        ('a != ""', "  ", False),
        ('a < "m"', "b", True),
        ('a < "m"', "", None),
        ("a = 2026-04-20", "2026-04-20", True),
        ("a = 2026-04-20", "20260420", True),
        ("a = 2026-04-20", "2026-04-20T00:00", True),
        ("a after 2026-04-20", "2026-04-20 00:01", True),
        ("a = 2026-04-20T08:00Z", "2026-04-20T10:00:00.0+02:00", True),
        ("a between 2026-04-01 and 2026-04-20", "2026-04-20T23:59", True),
        ("a between 2026-04-01 and 2026-04-20", "2026-04-21T00:00", False),
        ("a between 2026-04-01 and 9999-12-31", "9999-12-31T23:59", True),
        ("a after 2026-01-01", "03/04/2026", None),
        ("a after 2026-01-01", "2026-02-30", None),
        ("a after 2026-01-01", "2026-W17-1", None),
        ("a after 2026-01-01", "2026-04-20x10:00", None),
        ("a >= 90m", "1h30m", True),
        ("a >= 90m", "90", None),
        ("a >= 90m", "99999999999d", None),
        ("a <= 90m", "", None),
    ],
)
def test_the_literal_decides_how_a_cell_is_read(condition: str, cell: str, expected: bool | None) -> None:
    assert ask(condition, {"a": cell}) is expected


@pytest.mark.parametrize("misspelt", ['nosuch = ""', 'nosuch != "x"', 'Tier = "x"'])
def test_a_misspelt_column_mails_nobody(misspelt: str) -> None:
    assert only(misspelt, ["tier"]).code == "MG301"


def test_the_source_says_how_it_writes_numbers_and_dates() -> None:
    german = {"decimal": ",", "dates": "DD.MM.YYYY"}
    assert ask("a = 1234.5", {"a": "1 234,5"}, **german) is True
    assert ask("a = 1234.5", {"a": "1234.5"}, **german) is None
    assert ask("a = 2026-04-03", {"a": "03.04.2026"}, **german) is True
    assert ask("a = 2026-04-03", {"a": "2026-04-03"}, **german) is True
    assert ask("a = 2026-04-03", {"a": "3.4.2026"}, **german) is None


def test_a_source_may_write_the_time_too() -> None:
    assert ask("a = 2026-04-03 10:15", {"a": "3/4/2026 10:15"}, dates="D/M/YYYY hh:mm") is True


def test_two_columns() -> None:
    assert ask("a < b", {"a": "10", "b": "9"}) is True
    assert ask("number(a) > number(b)", {"a": "10", "b": "9"}) is True
    assert ask("a before b", {"a": "2026-04-01", "b": "2026-04-01T01:00"}) is True
    assert ask("a = b", {"a": "", "b": " "}) is True
    assert ask("a contains b", {"a": "x", "b": ""}) is False
    assert ask("a between b and 20", {"a": "10", "b": "9"}) is True
    assert ask("5 between b and a", {"a": "7", "b": "3"}) is True
