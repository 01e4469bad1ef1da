import pytest

from mailgrid.hookspecs import Test
from mailgrid.language import ast
from mailgrid.language.expressions import columns_of, compile_where
from tests.language.expressions.asking import compiled, match, parsed, scope


def test_no_condition_matches_every_row() -> None:
    made = compile_where(None, scope()).match
    assert made is not None
    assert (made.text, made.needed, made.simple_tests) == ("", (), ())
    assert made.bind([])([]) is True
    assert made.explain([], []) == []


def test_it_names_what_it_reads_and_takes_rows_in_any_order() -> None:
    made = match('plan = "pro" and (age > 18 or plan is empty)')
    assert sorted(made.needed) == ["age", "plan"]
    assert made.bind(["plan", "age"])(["pro", "30"]) is True
    assert made.bind(["age", "x", "plan"])(("30", "", "pro")) is True
    with pytest.raises(ValueError, match="age"):
        made.bind(["plan"])


def test_it_is_printed_on_one_line() -> None:
    assert match("(plan='x'   and\n (age>1))").text == 'plan = "x" and age > 1'


def test_segments_are_asked_by_name_and_once() -> None:
    segments = {"adult": parsed("age >= 18"), "vip": parsed('in adult and plan = "pro"')}
    made = match("in vip or in vip and active or in adult", segments=segments)
    order = ("age", "plan", "active")
    asked = made.bind(order)
    assert asked(("30", "pro", "")) is True
    assert asked(("?", "pro", "")) is None
    assert asked(("?", "pro", "no")) is None
    assert asked(("3", "pro", "yes")) is False
    assert [answer.text for answer in made.explain(("?", "x", ""), order)] == ["age >= 18", 'plan = "pro"', "active"]


def test_a_chain_of_segments_is_no_explosion() -> None:
    segments = {f"s{n}": parsed(f"in s{n + 1} and not in s{n + 1} or in s{n + 1}") for n in range(40)}
    segments["s40"] = parsed("active")
    made = match("in s0", segments=segments)
    assert len(made.explain(["yes"], ["active"])) == 1


def test_each_test_says_what_it_saw() -> None:
    made = match('age >= 18 and plan != "pro" and lower(city) = country and today() = 2026-05-01', COLUMNS)
    answers = made.explain(("n/a", "free", "PARIS", "paris"), COLUMNS)
    assert [(answer.text, answer.answer, answer.value) for answer in answers] == [
        ("age >= 18", None, "n/a"),
        ('plan != "pro"', True, "free"),
        ("lower(city) = country", True, ("PARIS", "paris")),
        ("today() = 2026-05-01", True, None),
    ]
    assert answers[0].span.source == "age >= 18"
    assert made.explain(("20", "pro", "", ""), COLUMNS)[0].answer is True


COLUMNS = ("age", "plan", "city", "country")


@pytest.mark.parametrize(
    "condition,tests",
    [
        ('plan = " pro " and age > 1', [("plan", "=", ("pro",))]),
        ('plan in ("a", "b") and city is not empty', [("plan", "in", ("a", "b")), ("city", "is not empty", ())]),
        ('plan = "pro" or age > 1', []),
        ('not plan = "pro"', []),
        ('plan = "pro" ignoring case', []),
        ('plan not in ("a", "b")', []),
        ('plan in ("a", 1)', []),
        ('plan = ""', []),
        ("age = 1", []),
        ('lower(plan) = "x"', []),
    ],
)
def test_the_tests_that_a_source_may_look_up(condition: str, tests: list[tuple[str, str, tuple[str, ...]]]) -> None:
    made = match(condition, COLUMNS).simple_tests
    assert list(made) == [Test(column=column, operator=operator, values=values) for column, operator, values in tests]


def test_the_columns_of_a_condition_and_its_segments() -> None:
    segments = {"a": parsed("x = 1 and in b"), "b": parsed("lower(y) = z or in a")}
    found = columns_of(parsed("in a and w in eu and not in nowhere"), segments)
    assert [column.name for column in found] == ["x", "y", "z", "w", "eu"]
    assert columns_of(None, segments) == ()


def test_a_bare_word_in_a_list_is_a_name() -> None:
    tree = parsed('plan in ["x"]')
    assert isinstance(tree, ast.Among)
    assert isinstance(tree.choices, ast.List)
    word = ast.Word(tree.choices.span, "pro")
    listed = ast.Among(tree.span, tree.left, ast.List(tree.choices.span, (word,)))
    made = compile_where(listed, scope())
    assert [diagnostic.help_line for diagnostic in made.diagnostics] == ['write it in quotes: `"pro"`']


def test_a_mistake_leaves_no_match() -> None:
    made = compiled("nosuch is empty")
    assert made.match is None
    assert made.diagnostics.errors == 1
