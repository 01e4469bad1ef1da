from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.language.expressions.asking import ask, only, said

YES = [
    ('lower(a) = "straße"', " STRAßE "),
    ('upper(a) = "ANN"', "Ann"),
    ('trim(a) = "x"', "  x "),
    ("length(a) = 3", " Zoë "),
    ('domain(a) = "acme.com"', "Ann@ACME.com"),
    ('domain(a) = "b"', '"odd@local"@b'),
    ('domain(a) = "xn--bcher-kva.example"', "x@BÜCHER.example"),
    ('domain(a) = "bücher.example"', "x@xn--bcher-kva.example"),
    ('domain(a) in ("bücher.example", "b")', "x@Bücher.example"),
    ('domain(a) = "a..ü"', "x@a..ü"),
    ("domain(a) is empty", "nobody"),
    ('local(a) = "Ann.B"', "Ann.B@x"),
    ('local(a) = "a@b"', "a@b@c"),
    ("number(a) + 0.2 = 0.3", "0.1"),
    ("number(a) < number(b)", "9"),
    ("date(a) = 2026-04-20", "2026-04-20T23:59"),
    ('date(a, "DD.MM.YYYY") = 2026-04-20', "20.04.2026"),
    ('date(a, "D/M/YYYY") = 2026-04-02', "2/4/2026"),
    ('date(a, "YYYYMMDD hh:mm") = 2026-04-20', "20260420 10:15"),
    ("today() = 2026-05-01", ""),
    ("now() = 2026-05-01T12:00Z", ""),
    ("days_since(a) = 11", "2026-04-20"),
    ("days_until(a) = 30", "2026-05-31"),
    ("days_until(a) = -11", "2026-04-20"),
    ("year(a) = 2026 and month(a) = 4 and day(a) = 20 and weekday(a) = 1", "2026-04-20"),
    ("weekday(a) = 7", "2026-04-19"),
    ("age(a) = 26", "2000-05-01"),
    ("age(a) = 25", "2000-05-02"),
    ("age(a) = 26", "2000-02-29"),
    ('coalesce(a, b) = "10"', " "),
    ('coalesce(a, "you") = "you"', ""),
    ("coalesce(a, 5) = 5", ""),
    ("coalesce(a, b) is not empty", ""),
    ("coalesce(a) is empty", ""),
    ('env("SHOP") = a', "Acme"),
    ('env("NOWHERE", "Acme") = a', "Acme"),
    ("a - 1 = 0.5", "1.5"),
    ("a + b = 11", "1"),
    ("a before today() - 90d", "2026-01-30"),
    ("a after today() - 12h", "2026-04-30T12:01"),
    ("a + 1d = 2026-04-21", "2026-04-20"),
    ("7d + a = 2026-04-27", "2026-04-20"),
    ("a - 1h30m = 2026-04-20 08:30", "2026-04-20T10:00"),
    ("a >= 90m", "1h30m"),
    ("a < 1d", "1.5h"),
]


@pytest.mark.parametrize("condition,cell", YES)
def test_yes(condition: str, cell: str) -> None:
    assert ask(condition, {"a": cell, "b": "10"}, environment={"SHOP": "Acme"}) is True


@pytest.mark.parametrize(
    "call",
    [
        "lower",
        "upper",
        "trim",
        "length",
        "domain",
        "local",
        "number",
        "date",
        "days_since",
        "days_until",
        "year",
        "month",
        "day",
        "weekday",
        "age",
    ],
)
def test_a_function_of_an_empty_argument_is_empty(call: str) -> None:
    assert ask(f"{call}(a) is empty", {"a": " "}) is True


@pytest.mark.parametrize(
    "test",
    [
        "number(a) = 1",
        "days_since(a) = 1",
        "date(a) is empty",
        "a + 1 = 1",
        "a + 1d = 2026-01-01",
        "coalesce(a, 1) = 1",
    ],
)
def test_a_function_of_an_unreadable_cell_is_unknown(test: str) -> None:
    assert ask(test, {"a": "?"}) is None


@pytest.mark.parametrize("cell", ["9999-12-31", "9999-12-31T23:00-10:00", "0001-01-01T00:00+10:00"])
def test_beyond_the_ends_of_time_is_unknown(cell: str) -> None:
    assert ask("a + 100d - 999999d after 2026-01-01", {"a": cell}) is None


@pytest.mark.parametrize("cell", ["20/04/2026", "2026-04-20", "20.4.2026", "31.02.2026", "x"])
def test_a_form_of_dates_is_meant_exactly(cell: str) -> None:
    assert ask('date(a, "DD.MM.YYYY") = 2026-04-20', {"a": cell}) is None


def test_days_begin_in_the_zone_of_the_campaign() -> None:
    east = timezone(timedelta(hours=14))
    assert ask("today() = 2026-05-02", {"a": ""}, zone=east) is True
    assert ask("a = 2026-05-02T00:00+14:00 and date(a) = 2026-05-02", {"a": "2026-05-01T10:00Z"}, zone=east) is True
    assert ask("a = 2026-05-02", {"a": "2026-05-01T10:00Z"}, zone=east) is True
    assert ask("days_since(a) = 1", {"a": "2026-05-01T09:59Z"}, zone=east) is True


@pytest.mark.parametrize(
    "answer,condition,expected",
    [
        ("pro", 'acme_score(a) = "pro"', True),
        (Decimal(7), "acme_score(a) > 5", True),
        (True, "acme_score(a)", True),
        (date(2026, 4, 20), "acme_score(a) before 2026-05-01", True),
        (datetime(2026, 4, 20, tzinfo=UTC), "acme_score(a) = 2026-04-20", True),
        (None, "acme_score(a) = 1", None),
        (None, 'acme_score(a) = "x"', None),
        (None, 'acme_score(a) contains "x" ignoring case', None),
        (None, 'acme_score(a) = "x" ignoring case', None),
        ("Pro", 'acme_score(a) = "pRO" ignoring case', True),
        (None, "acme_score(a) is empty", None),
        ("", "acme_score(a) is empty", True),
        ("x", "coalesce(acme_score(a), a) = a", False),
    ],
)
def test_a_function_of_a_plugin(answer: object, condition: str, expected: bool | None) -> None:
    assert ask(condition, {"a": " Ann "}, functions={"acme_score": lambda _text: answer}) is expected


def test_a_function_of_a_plugin_gets_texts_and_may_fail() -> None:
    seen: list[object] = []

    def score(text: str) -> object:
        seen.append(text)
        raise RuntimeError(text)

    functions: dict[str, Callable[..., object]] = {"acme_score": score}
    assert ask("acme_score(a) = 1", {"a": 5}, functions=functions) is None
    assert ask("acme_score(a) = 1", {"a": ""}, functions=functions) is False
    assert seen == ["5"]
    assert only("acme_score() = 1", functions=functions).code == "MG307"


@pytest.mark.parametrize(
    "condition,message",
    [
        ("lowr(plan) = 1", "there is no function `lowr`"),
        ("lower() = 1", "`lower` takes 1 argument, not 0"),
        ("today(plan) = 1", "`today` takes no argument, not 1"),
        ("date(plan, plan, plan) = 1", "`date` takes 1 or 2 arguments, not 3"),
        ("coalesce() = 1", "`coalesce` takes at least 1 argument, not 0"),
        ("lower(5) = 1", "`lower` wants a text, `5` is a number"),
        ("days_since(plan + 1) = 1", "`days_since` wants a date, `plan + 1` is a number"),
        ("number(today()) = 1", "`number` wants a text or a number, `today()` is a date"),
        ('date(plan, "DD/MM") = today()', "`DD/MM` is no form of a date"),
        ('date(plan, "DD/DD/YYYY") = today()', "`DD/DD/YYYY` is no form of a date"),
        ("date(plan, email) = today()", "`date` wants a text in quotes, `email` is none"),
        ('coalesce(plan, 5, "x") = 5', '`coalesce` wants a number each time, `"x"` is a text'),
        ('env("NOWHERE") = plan', "the environment has no NOWHERE"),
        ("env(plan) = plan", "`env` wants a text in quotes, `plan` is none"),
        ('lines("x") = plan', '`a test` wants one value, `lines("x")` is a list'),
        ("signup - today() > 3", "`-` wants a date and a duration, `today()` is a date"),
        ("today() - date(signup) > 3", "`-` wants a date and a duration, `date(signup)` is a date"),
        ("today() - 90 > signup", "`-` wants a duration beside a date, `90` is a number"),
        ('plan + "x" = plan', '`+` wants two numbers, or a date and a duration, `"x"` is a text'),
        ("1d + 1d > 2d", "`+` wants two numbers, or a date and a duration, `1d` is a duration"),
    ],
)
def test_what_a_wrong_call_is_told(condition: str, message: str) -> None:
    assert said(condition)[0].message == message
