"""The simple tests of a condition, which a source may use to leave out rows that surely fail."""

from collections.abc import Iterator, Sequence

from mailgrid import hookspecs
from mailgrid.language import ast
from mailgrid.language.ast import Kind

__all__ = ["simple_tests"]


def simple_tests(condition: ast.Expr | None, columns: Sequence[hookspecs.Column]) -> tuple[hookspecs.Test, ...]:
    """Return those of the tests joined by `and` that ask one column for a text, or whether it is empty.

    Cells are meant trimmed. A column of a type is only asked whether it is empty.
    """
    types = {column.name: column.type for column in reversed(columns)}
    found = (_simple(part) for part in _parts(condition)) if condition else ()
    return tuple(test for test in found if test and _fits(test, types.get(test.column, "list")))


def _fits(test: hookspecs.Test, kind: str | None) -> bool:
    return kind in (None, "text") or (test.operator == "is not empty" and kind != "list")


def _parts(condition: ast.Expr) -> Iterator[ast.Expr]:
    if isinstance(condition, ast.And):
        for part in condition.parts:
            yield from _parts(part)
    elif isinstance(condition, ast.RuleFile):
        yield from _parts(condition.condition)
    else:
        yield condition


def _simple(test: ast.Expr) -> hookspecs.Test | None:
    match test:
        case ast.Compare(left=ast.Column(name=name), operator="=", right=ast.Literal(kind=Kind.TEXT, value=str(text))):
            return None if test.fold else _wanting(name, "=", [text])
        case ast.Among(left=ast.Column(name=name), choices=ast.Tuple(items=items), negated=False, fold=False):
            texts = [item.value for item in items if isinstance(item, ast.Literal) and isinstance(item.value, str)]
            return _wanting(name, "in", texts) if len(texts) == len(items) else None
        case ast.Emptiness(value=ast.Column(name=name), negated=True):
            return hookspecs.Test(column=name, operator="is not empty")
    return None


def _wanting(column: str, operator: str, texts: Sequence[str]) -> hookspecs.Test | None:
    """Return the test, unless it is about the empty text, which is no text to a source."""
    values = tuple(text.strip() for text in texts)
    return hookspecs.Test(column=column, operator=operator, values=values) if all(values) else None
