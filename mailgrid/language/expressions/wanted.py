"""What a test wants a cell to be, for messages about a cell that is not: `is not a number`."""

from collections.abc import Iterator

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.expressions.functions import FUNCTIONS
from mailgrid.language.expressions.value import a, family

__all__ = ["unreadable", "wanted"]

_READERS = {"number": Kind.NUMBER, "date": Kind.DATE}


def unreadable(test: ast.Expr) -> str:
    """Return what is the matter with a cell that a test cannot read."""
    kind = wanted(test)
    if kind is Kind.YES_NO:
        return "is neither yes nor no"
    return f"is not {a(kind)}" if kind else "cannot be read"


def wanted(test: ast.Expr) -> Kind | None:
    """Return the kind as which a test reads its column's cells; None where only the values of `let` tell."""
    if isinstance(test, ast.Column):
        return Kind.YES_NO
    return next(_kinds(test), None)


def _kinds(test: ast.Expr) -> Iterator[Kind]:
    """Yield the kinds that a test speaks of, from the surest."""
    nodes = list(ast.walk(test))
    for node in nodes:
        if isinstance(node, ast.Call) and node.name in FUNCTIONS:
            yield FUNCTIONS[node.name].takes
        elif isinstance(node, ast.Call) and node.name in _READERS:
            yield _READERS[node.name]
    if isinstance(test, ast.Compare) and test.operator in ("before", "after"):
        yield Kind.DATE
    for node in nodes:
        if isinstance(node, ast.Literal):
            yield _beside(node, nodes)


def _beside(literal: ast.Literal, nodes: list[ast.Node]) -> Kind:
    """Return what is compared with a literal; what a duration is added to is a date."""
    summed = literal.kind is Kind.DURATION and any(isinstance(node, ast.Add) for node in nodes)
    return Kind.DATE if summed else family(literal.kind) or literal.kind
