import pytest

from mailgrid.hookspecs import Column
from mailgrid.language.expressions import check_header
from mailgrid.language.text import Span, Text
from tests.language.expressions.asking import compiled, fixed, only, parsed, said, scope


@pytest.mark.parametrize(
    "condition,after",
    [
        ('coutry = "FR"', 'country = "FR"'),
        ('Country = "FR"', 'country = "FR"'),
        ("first_name is empty", "`First Name` is empty"),
        ("plan = pro", 'plan = "pro"'),
        ("plan != Paid", 'plan != "Paid"'),
        ('plan in (pro, "x")', 'plan in ("pro", "x")'),
        ("plan starts with pro", 'plan starts with "pro"'),
        ("active = yes", "active = true"),
        ("active = No", "active = false"),
        ("age-5 > 1", "age - 5 > 1"),
        ("5 < aeg", "5 < age"),
        ('"FR" = contry', '"FR" = country'),
        ("loewr(plan) = country", "lower(plan) = country"),
        ("plan contains 3", 'plan contains "3"'),
        ('signup after "2026-01-01"', "signup after 2026-01-01"),
    ],
)
def test_a_mistake_is_put_right_by_the_change_that_it_offers(condition: str, after: str) -> None:
    columns = ("country", "age", "active", "signup", "plan", "First Name")
    assert fixed(condition, columns) == after
    assert not [diagnostic for diagnostic in said(after, columns) if diagnostic.severity == "error"]


@pytest.mark.parametrize(
    "condition,help_line",
    [
        ("active = yes", "write `active`, or `active = true`"),
        ("active = no", "write `not active`, or `active = false`"),
        ("plan = pro", 'write it in quotes: `"pro"`'),
        ("age-5 > 1", "did you mean `age - 5`?"),
        ("coutry is empty", "did you mean `country`?"),
        ("COUNTRY is empty", "the header has it as `country`"),
        ("xyz is empty", ""),
    ],
)
def test_an_unknown_column(condition: str, help_line: str) -> None:
    diagnostic = only(condition)
    assert diagnostic.code == "MG301"
    assert diagnostic.message.startswith("users.csv has no column `")
    assert diagnostic.help_line == help_line
    assert diagnostic.notes[0].text == "columns: country, age, active, signup, email, plan"
    assert compiled(condition).match is None


def test_a_long_header_is_not_listed() -> None:
    assert only("x = 1", [f"column{number}" for number in range(21)]).notes == ()


def test_every_mistake_is_said_at_once_each_at_its_place() -> None:
    found = said('coutry = "FR" and age = "x" + 1 and email matches /(/ and lower(1) = plan')
    assert [(diagnostic.code, diagnostic.span.source) for diagnostic in found if diagnostic.span] == [
        ("MG301", "coutry"),
        ("MG308", '"x"'),
        ("MG305", "("),
        ("MG308", "1"),
    ]


def test_a_column_that_no_record_had_so_far_is_a_warning() -> None:
    made = compiled("coutry is empty", complete=False)
    (warning,) = made.diagnostics
    assert (warning.code, warning.severity, warning.help_line) == ("W311", "warning", "did you mean `country`?")
    assert made.match is not None
    assert made.match.needed == ("coutry",)
    assert made.match.bind(["coutry"])([None]) is True


def test_a_name_that_is_a_column_and_a_let() -> None:
    made = scope(lets={"plan": "x"})
    assert only("plan is empty", lets=made.lets).code == "MG208"
    assert said("`plan` is empty", lets=made.lets) == []


@pytest.mark.parametrize(
    "condition,codes",
    [
        ("age = plan", ["W306"]),
        ("age < plan", ["W306"]),
        ("number(age) < number(plan)", []),
        ("lower(age) < upper(plan)", ["W307"]),
        ('plan < "m"', []),
        ("signup before active", []),
        ("email matches /^(a+)+$/", ["W308"]),
        ("email matches /^(?:x|(a*b)){2,}$/", ["W308"]),
        (r"email matches /^[(a+)]+\(b+\)+(c{2,5})+$/", []),
        ("email matches /^(a|b)+c*$/", []),
        ("email matches /[[a]/", []),
    ],
)
def test_warnings(condition: str, codes: list[str]) -> None:
    assert [diagnostic.code for diagnostic in said(condition)] == codes
    assert compiled(condition).match is not None


def test_the_caret_of_a_bad_pattern_is_inside_of_it() -> None:
    condition = "email matches /ab(c/i"
    diagnostic = only(condition)
    assert diagnostic.message == "the pattern is not valid: missing ), unterminated subpattern at position 3"
    assert diagnostic.span is not None
    assert diagnostic.span.start == condition.index("(")


@pytest.mark.parametrize("pattern", ["(?P<x", "a{99999999999}", "(?<=a*)b", "[z-a]", r"\Q"])
def test_no_pattern_is_an_exception(pattern: str) -> None:
    assert only(f"email matches /{pattern}/").code == "MG305"


@pytest.mark.parametrize(
    "condition",
    [
        "age",
        "active > true",
        "age after 3",
        "age = 3 ignoring case",
        "age in (1, 2) ignoring case",
        '"x"',
        "5",
        "today()",
        "age + 1",
        "5% = age",
        "age = 10MB",
        "age in plan",
        "age in today()",
        "plan in eu",
    ],
)
def test_what_makes_no_sense_is_an_error(condition: str) -> None:
    columns = [
        Column(name="age", type="number"),
        Column(name="active", type="yes/no"),
        Column(name="plan", type="text"),
    ]
    made = compiled(condition, columns)
    assert made.match is None
    assert made.diagnostics.errors == 1


def test_two_columns_of_one_name() -> None:
    span = Span(Text("a.mailgrid", "source users"), 7, 12)
    columns = [Column(name=name) for name in ("a", "b", "a", "a")]
    (diagnostic,) = check_header(columns, "users.csv", span)
    assert (diagnostic.code, diagnostic.message, diagnostic.span) == ("MG312", "users.csv has two columns `a`", span)
    assert len(check_header(columns[:2], "users.csv")) == 0


def test_a_form_of_dates_that_is_none() -> None:
    assert only("signup = today()", dates="dd/mm/yy").code == "MG310"


def test_a_segment_that_leads_back_to_itself_is_never_yes() -> None:
    segments = {"a": parsed("in b or not in a"), "b": parsed("not in a")}
    made = compiled("in a or not in a or in nowhere", segments=segments).match
    assert made is not None
    assert made.bind([])([]) is None
