"""Near misses: tests of a text that may match nothing for a reason that can be named: case, blanks, number or text.

Such a test asks one column for a text that is written down, so that its answer is known from the column's text alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Edit
from mailgrid.language.expressions.compile import compile_where
from mailgrid.language.expressions.match import Match
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Probe", "Relaxed", "probes"]

#: A number as the language writes it, which begins with 0 only before its point.
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,17})(?:\.\d+)?", re.ASCII)

Ask = Callable[[Sequence[object]], bool | None]


@value
class Relaxed:
    """A test with one demand less: in words, as a function, and how to write it."""

    words: str
    advice: str
    edit: Edit
    ask: Ask


class Probe:
    """One test of one column's texts.

    Args:
        test: the test.
        column: the column.
        scope: what it was compiled with.
    """

    def __init__(self, test: ast.Compare | ast.Among | ast.TextTest, column: str, scope: Scope) -> None:
        self.test = test
        self.column = column
        self._scope = scope

    @cached_property
    def ask(self) -> Ask:
        """The test, as a function of a row that holds the column's cell alone."""
        ask = _compiled(self.test, self.column, self._scope)
        assert ask
        return ask

    @cached_property
    def relaxed(self) -> tuple[Relaxed, ...]:
        """What may have been meant, one demand less each time."""
        found = []
        for words, advice, edit, test in _relaxations(self.test):
            if ask := _compiled(test, self.column, self._scope):
                found.append(Relaxed(words, advice, edit, ask))
        return tuple(found)


def probes(match: Match) -> tuple[Probe, ...]:
    """Return a probe of each test of a condition that can be a near miss, those of segments included."""
    texts = {column.name for column in match.scope.columns if column.type in (None, "text")}
    found = []
    for test in match.tests:
        if isinstance(test, ast.Compare | ast.Among | ast.TextTest) and (column := _column(test)) in texts:
            assert column
            found.append(Probe(test, column, match.scope))
    return tuple(found)


def _column(test: ast.Compare | ast.Among | ast.TextTest) -> str | None:
    """Return the column that a test asks for texts that are written down; None where it does something else."""
    if not isinstance(test.left, ast.Column) or test.fold:
        return None
    match test:
        case ast.Compare(operator="=", right=right) | ast.TextTest(right=right, negated=False):
            items: tuple[ast.Node, ...] = (right,)
        case ast.Among(choices=ast.Tuple(items=items), negated=False):
            pass
        case _:
            return None
    return test.left.name if all(isinstance(item, ast.Literal) and item.kind is Kind.TEXT for item in items) else None


def _relaxations(test: ast.Expr) -> Iterator[tuple[str, str, Edit, ast.Expr]]:
    """Yield each in words, as advice, as a change and as a test."""
    if isinstance(test, ast.Compare | ast.Among | ast.TextTest):
        end = Span(test.span.text, test.span.end, test.span.end)
        yield "ignoring case", "add `ignoring case`", Edit(end, " ignoring case"), replace(test, fold=True)
    if isinstance(test, ast.TextTest) and isinstance(test.right, ast.Literal):
        text = str(test.right.value)
        if text.strip() not in (text, ""):
            literal = replace(test.right, value=text.strip())
            edit = Edit(test.right.span, test.right.span.source.replace(text, text.strip()))
            yield "without the blanks", "take the blanks away", edit, replace(test, right=literal)
    if isinstance(test, ast.Compare) and isinstance(test.right, ast.Literal):
        text = str(test.right.value).strip()
        if _NUMBER.fullmatch(text):
            number = ast.Literal(test.right.span, Kind.NUMBER, Decimal(text))
            edit = Edit(test.right.span, text)
            yield "as a number", "remove the quotes", edit, replace(test, right=number)


def _compiled(test: ast.Expr, column: str, scope: Scope) -> Ask | None:
    """Return a test as a function of a row of one cell; None where it makes no sense."""
    match = compile_where(test, scope).match
    if match is None or match.needed != (column,):
        return None
    return match.bind((column,))
