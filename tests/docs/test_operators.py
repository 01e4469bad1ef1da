"""The page of operators: each answer in its tables is asked for, and no operator is left out."""

import pytest

from mailgrid.hookspecs import Column
from tests.docs.pages import names, table
from tests.language.expressions.asking import ask, compiled

PAGE = "docs/operators.md"
ANSWERS = {"yes": True, "no": False, "unknown": None}
HEAD = ("FR", "30", "2026-04-20", "yes", "", "n/a")
CONDITIONS = table(PAGE, "condition")
TYPES = table(PAGE, "column of")
LITERALS = ('= "FR"', "= 30", "= 2026-04-20", "= true", "= 5m", 'contains "F"', "< 30", "is empty")


@pytest.mark.parametrize("condition,answers", [(row[0].strip("`"), row[1:]) for row in CONDITIONS])
def test_each_answer_is_as_told(condition: str, answers: list[str]) -> None:
    told = [ANSWERS[answer] for answer in answers]
    assert [ask(condition, {"cell": cell}) for cell in HEAD] == told


def test_every_operator_of_the_language_page_is_tried() -> None:
    tried = " ".join(row[0] for row in CONDITIONS)
    operators = {name for row in table("docs/language.md", "operator") for name in names(row[0])}
    assert [name for name in operators if f" {name} " not in f" {tried.replace('`', ' ')} "] == []


@pytest.mark.parametrize("kind,told", [(row[0], row[1:]) for row in TYPES])
def test_what_goes_with_a_column_of_a_type(kind: str, told: list[str]) -> None:
    column = Column(name="cell", type=kind)
    found = [[each.code for each in compiled(f"cell {test}", [column]).diagnostics] for test in LITERALS]
    assert [f"no, {codes[0]}" if codes else "yes" for codes in found] == told
