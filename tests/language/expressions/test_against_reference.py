from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.language import ast
from mailgrid.language.expressions import compile_where, show
from tests.language.expressions.asking import scope
from tests.language.expressions.conditions import COLUMNS, conditions, rows
from tests.language.expressions.reference import Row, truth


@settings(max_examples=600, deadline=None)
@given(condition=conditions, asked=st.lists(rows, min_size=1, max_size=6))
def test_the_compiled_condition_answers_as_the_rules_do(condition: ast.Expr, asked: list[Row]) -> None:
    made = compile_where(condition, scope(COLUMNS))
    assert made.match is not None, [diagnostic.message for diagnostic in made.diagnostics]
    answer = made.match.bind(COLUMNS)
    for row in asked:
        assert answer([row[name] for name in COLUMNS]) is truth(condition, row), (show(condition), row)
