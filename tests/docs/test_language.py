import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgrid.language.ast import Let, Literal
from mailgrid.language.compiler import compile_text
from mailgrid.language.expressions.functions import NAMES
from mailgrid.language.kinds import Kinds
from mailgrid.language.text import Text
from mailgrid.language.vocabulary import VOCABULARY, Row
from mailgrid.message.filters import allowed
from mailgrid.message.sandbox import Mode, Sandbox
from mailgrid.message.template import Engine
from tests.docs.pages import names, page, table
from tests.language.expressions.asking import ask

PAGE = "docs/language.md"
ANSWERS = {"yes": True, "no": False, "unknown": None}


def code(cell: str) -> str:
    return cell.strip("`")


COLUMN_NAMES, *CELLS = zip(*table(PAGE, "column"), strict=True)
ROWS = [dict(zip(COLUMN_NAMES, map(code, cells), strict=True)) for cells in CELLS]


def as_row(row: Row) -> list[str]:
    place = "anywhere" if len(row.places) > 1 else next(iter(row.places))
    repeatable = "yes" if row.repeatable else "no"
    return [f"`{row.keyword}`", place, repeatable, row.help, row.wanted, f"`{row.example}`"]


def test_the_table_of_statements_is_the_vocabulary() -> None:
    assert table(PAGE, "statement") == [as_row(row) for row in VOCABULARY.values()]


@pytest.mark.parametrize(
    "kind,written", [(row[0], example) for row in table(PAGE, "kind") for example in sorted(names(row[1]))]
)
def test_a_value_is_of_its_kind(kind: str, written: str) -> None:
    content = f"let x = {written}\n"
    compiled = compile_text(Text("x.mailgrid", content), Kinds(), root=Path("/nonexistent"))
    assert [each.message for each in compiled.diagnostics] == []
    (let,) = compiled.module.file.items
    assert isinstance(let, Let)
    assert isinstance(let.value, Literal)
    assert let.value.kind.value == kind


def test_the_words_for_yes_and_no() -> None:
    ((yes, no),) = re.findall(r"^\* Yes is (.+?), no is (.+?), in\s+any case", page(PAGE), re.MULTILINE | re.DOTALL)
    answers = {word: ask("active", {"active": word.upper()}) for word in names(yes) | names(no)}
    assert answers == dict.fromkeys(names(yes), True) | dict.fromkeys(names(no), False)


@pytest.mark.parametrize("condition,full,empty,odd", table(PAGE, "condition"))
def test_the_three_answers(condition: str, full: str, empty: str, odd: str) -> None:
    assert [ask(code(condition), row) for row in ROWS] == [ANSWERS[full], ANSWERS[empty], ANSWERS[odd]]


@pytest.mark.parametrize("operator,example", [row[:2] for row in table(PAGE, "operator")])
def test_an_operators_example_is_yes(operator: str, example: str) -> None:
    assert all(word in example for word in code(operator).split())
    assert ask(code(example), ROWS[0]) is True


@pytest.mark.parametrize("function,example", [row[:2] for row in table(PAGE, "function")])
def test_a_functions_example_is_yes(function: str, example: str) -> None:
    assert code(function).partition("(")[0] in example
    lines = {"plans.txt": frozenset({"pro", "team"})}
    assert ask(code(example), ROWS[0], read_lines=lines.__getitem__, environment={"PLAN": "pro"}) is True


def test_every_function_is_told() -> None:
    assert {code(row[0]).partition("(")[0] for row in table(PAGE, "function")} == set(NAMES)


@pytest.mark.parametrize("example,result", [row[1:] for row in table(PAGE, "filter")])
def test_a_filters_example_gives_what_is_told(example: str, result: str) -> None:
    engine = Engine(known=frozenset(), records={}, root=None)
    assert engine.compile(code(example), "example", Mode.TEXT)({}) == code(result)


def test_every_filter_is_told() -> None:
    # `steps` is put around loops by the sandbox itself.
    known = set(Sandbox(Mode.TEXT, None).filters) - {"steps"}
    assert allowed(Sandbox(Mode.TEXT, None).filters).keys() <= known
    assert known <= names(page(PAGE))


def test_the_names_that_a_template_sees_are_told() -> None:
    told = {code(row[0]).partition(".")[0].partition("[")[0] for row in table(PAGE, "name")}
    assert {"row", "vars", "recipient", "campaign", "now"} <= told


def test_the_page_is_asked_on_the_day_that_it_names() -> None:
    assert "1 May 2026" in page(PAGE)
    assert ask("today() = 2026-05-01", ROWS[0], now=datetime(2026, 5, 1, 12, tzinfo=UTC)) is True
