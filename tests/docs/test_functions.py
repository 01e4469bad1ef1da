from mailgrid.language.expressions.function_rows import FUNCTION_ROWS
from mailgrid.language.expressions.functions import NAMES
from tests.docs.pages import table


def test_the_table_of_functions_is_the_programs_own() -> None:
    told = [
        tuple(cell.strip("`") if index < 2 else cell for index, cell in enumerate(row))
        for row in table("docs/language.md", "function")
    ]
    assert told == [(row.form, row.example, row.help) for row in FUNCTION_ROWS]


def test_every_function_has_a_row() -> None:
    assert {row.name for row in FUNCTION_ROWS} == set(NAMES)
