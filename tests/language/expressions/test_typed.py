from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from mailgrid.hookspecs import Column
from tests.language.expressions.asking import ask, compiled, fixed, only

COLUMNS = [
    Column(name="age", type="number"),
    Column(name="zip", type="text"),
    Column(name="active", type="yes/no"),
    Column(name="born", type="date"),
    Column(name="seen", type="datetime"),
    Column(name="tags", type="list"),
    Column(name="odd", type="geometry"),
]
ROW: dict[str, object] = {
    "age": 30,
    "zip": " 01234 ",
    "active": True,
    "born": date(2000, 2, 29),
    "seen": datetime(2026, 4, 20, 10, tzinfo=UTC),
    "tags": ["Weekly", "daily ", 5],
    "odd": "x",
}


@pytest.mark.parametrize(
    "condition,expected",
    [
        ("age >= 18 and age = 30.0 and age in (1, 30)", True),
        ('zip = "01234"', True),
        ("active and active = true", True),
        ("born before 2001-01-01 and age(born) = 26", True),
        ("seen = 2026-04-20T12:00+02:00", True),
        ("seen = 2026-04-20 10:00", True),
        ("seen = 2026-04-20", False),
        ("seen after 2026-04-20", True),
        ("seen between 2026-04-01 and 2026-04-20", True),
        ("seen between 2026-04-01 and 2026-04-20 09:59", False),
        ("seen not between 2026-04-01 and 2026-04-19", True),
        ("born <= seen", True),
        ('tags contains "Weekly"', True),
        ('tags contains "weekly"', False),
        ('tags contains "weekly" ignoring case', True),
        ('tags contains "week"', False),
        ('tags contains "5"', True),
        ('"daily" in tags and "x" not in tags', True),
        ('"DAILY" in tags ignoring case', True),
        ('odd = "x"', True),
        ("tags is not empty", True),
    ],
)
def test_a_typed_column(condition: str, expected: bool) -> None:
    assert ask(condition, ROW, columns=COLUMNS) is expected


@pytest.mark.parametrize("column", ROW)
def test_nothing_is_empty_in_every_kind(column: str) -> None:
    assert ask(f"{column} is empty", ROW | {column: None}, columns=COLUMNS) is True


@pytest.mark.parametrize(
    "condition,cell,expected",
    [
        ("age = 0.1", 0.1, True),
        ("age = 0.1", Decimal("0.1"), True),
        ("age > 1", float("nan"), None),
        ("age > 1", float("inf"), None),
        ("age > 1", Decimal("NaN"), None),
        ("age > 0", True, None),
        ("age + 0.2 = 0.3", 0.1, True),
        ("active", 1, True),
        ("active", 2, None),
        ("born = 2026-04-20", "2026-04-20", True),
        ("born = 2026-04-20", 20260420, None),
        ("seen after 2026-01-01", datetime(2026, 4, 20), True),  # noqa: DTZ001 - meant in the campaign's zone
        ("seen after 2026-01-01", datetime.min, None),  # noqa: DTZ901 - before time begins in the zone
        ("tags is empty", [], True),
        ("tags is empty", [""], True),
    ],
)
def test_a_cell_that_is_not_what_its_column_says(condition: str, cell: object, expected: bool | None) -> None:
    column = condition.split(maxsplit=1)[0]
    zone = UTC if cell != datetime.min else _east()  # noqa: DTZ901 - the same
    assert ask(condition, ROW | {column: cell}, columns=COLUMNS, zone=zone) is expected


@pytest.mark.parametrize(
    "cell,text",
    [
        (5, "5"),
        (5.0, "5"),
        (2.5, "2.5"),
        (Decimal("5.50"), "5.50"),
        (True, "true"),
        (False, "false"),
        (b"x", "x"),
        (date(2026, 4, 20), "2026-04-20"),
        (["a", 1], "a, 1"),
        ({"a": 1}, '{"a": 1}'),
        (timedelta(1), "1 day, 0:00:00"),
    ],
)
def test_every_value_has_a_text(cell: object, text: str) -> None:
    quoted = text.replace('"', "\\u{22}")
    assert ask(f'a = "{quoted}"', {"a": cell}) is True
    assert ask(f'a starts with "{text[:1]}"', {"a": cell}) is True


@pytest.mark.parametrize(
    "condition,message,after",
    [
        ('age >= "18"', '`age` is a number in users.csv, "18" is a text', "age >= 18"),
        ('age in (1, "18")', '`age` is a number in users.csv, "18" is a text', "age in (1, 18)"),
        ('age between "1 8" and 30', '`age` is a number in users.csv, "1 8" is a text', "age between 18 and 30"),
        ("zip = 1234", "`zip` is a text in users.csv, 1234 is a number", 'zip = "1234"'),
        ("2026-01-01 = zip", "`zip` is a text in users.csv, 2026-01-01 is a date", '"2026-01-01" = zip'),
        ('active = "yes"', '`active` is a yes/no in users.csv, "yes" is a text', "active = true"),
        ('born = "2026-01-01"', '`born` is a date in users.csv, "2026-01-01" is a text', "born = 2026-01-01"),
        ('born after "2026-01-01"', '`born` is a date in users.csv, "2026-01-01" is a text', "born after 2026-01-01"),
    ],
)
def test_another_kind_is_an_error_and_its_fix(condition: str, message: str, after: str) -> None:
    diagnostic = only(condition, COLUMNS)
    assert (diagnostic.code, diagnostic.message) == ("MG302", message)
    assert fixed(condition, COLUMNS) == after
    assert compiled(after, COLUMNS).match is not None


@pytest.mark.parametrize(
    "condition,help_line",
    [
        ('age = "old"', "compare it with a number"),
        ("age = zip", "compare it with a number"),
        ("age after 2026-01-01", "compare it with a number"),
        ('tags = "x"', 'write `tags contains "x"`'),
        ('"x" != tags', 'write `tags contains "x"`'),
        ('tags in ("x", "y")', 'write `tags contains "x"`'),
        ('tags starts with "x"', "compare it with a text"),
        ('age contains "1"', "compare it with a text"),
        ("zip contains age", "compare it with a text"),
        ("age matches /1/", "compare it with a text"),
        ('"x" in zip', "write `= zip`"),
        ("age in tags", "compare it with a text"),
        ("age", "compare it with something"),
        ("tags", "compare it with something"),
    ],
)
def test_what_has_no_fix_has_help(condition: str, help_line: str) -> None:
    made = compiled(condition, COLUMNS)
    assert made.match is None
    assert {diagnostic.code for diagnostic in made.diagnostics} <= {"MG302", "MG308"}
    assert next(iter(made.diagnostics)).help_line == help_line


def _east() -> timezone:
    return timezone(timedelta(hours=14))
