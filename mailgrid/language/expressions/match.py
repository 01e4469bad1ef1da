"""Match: a condition that makes sense, ready to be asked about rows."""

from collections.abc import Callable, Sequence
from typing import cast

from mailgrid import hookspecs
from mailgrid.language import ast
from mailgrid.language.expressions.reason import Reason, Reasons
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.writer import Row, Writer
from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Answer", "Asked", "Match"]


@value
class Asked:
    """An elementary test, and the Python of its answer."""

    test: ast.Expr
    code: str


@value
class Answer:
    """What one elementary test says about a row: True, False or None, unknown.

    `text` is the test on one line, `span` its place, `value` the cell that it looked at (a tuple of several).
    """

    text: str
    span: Span
    answer: bool | None
    value: object


class Match:
    """A compiled condition.

    Args:
        condition: the tree; None matches every row.
        writer: the Python of its pieces.
        call: the piece that is the whole condition.
        asked: its elementary tests, those of segments included.
        scope: what it was compiled with.
        simple_tests: what every row that matches fulfils, for sources that can look that up.
    """

    def __init__(
        self,
        condition: ast.Expr | None,
        writer: Writer,
        call: str,
        asked: Sequence[Asked],
        scope: Scope,
        simple_tests: tuple[hookspecs.Test, ...] = (),
    ) -> None:
        self._writer = writer
        self._call = call
        self._asked = tuple(asked)
        self.condition = condition
        self.scope = scope
        self._ask_all = writer.function("".join(["(", *(f"{test.code}, " for test in asked), ")"]))
        self._built: dict[tuple[str, ...], Row] = {}
        self.text = show(condition) if condition else ""
        self.needed = writer.columns
        self.simple_tests = simple_tests

    @property
    def tests(self) -> tuple[ast.Expr, ...]:
        """The elementary tests, those of segments included."""
        return tuple(asked.test for asked in self._asked)

    def bind(self, order: Sequence[str]) -> Callable[[Sequence[object]], bool | None]:
        """Return one function over a row's cells, which stand in this order: True, False or, where unknown, None.

        Raises:
            ValueError: `order` lacks a column of `needed`.
        """
        return cast("Callable[[Sequence[object]], bool | None]", self._writer.build(self._call, order))

    def explain(self, cells: Sequence[object], order: Sequence[str]) -> list[Answer]:
        """Return what each elementary test says about one row; each segment's once."""
        answers = self._answers(cells, order)
        row = dict(zip(order, cells, strict=True))
        return [
            Answer(show(asked.test), asked.test.span, answer, self._looked_at(asked.test, row))
            for asked, answer in zip(self._asked, answers, strict=True)
        ]

    def reason(self, cells: Sequence[object], order: Sequence[str]) -> Reason | None:
        """Return why one row's answer is what it is, as a tree; None without a condition."""
        if self.condition is None:
            return None
        answers = {
            id(asked.test): answer for asked, answer in zip(self._asked, self._answers(cells, order), strict=True)
        }
        row = {name: cell for name, cell in zip(order, cells, strict=True) if name in self.needed}
        return Reasons(self.scope.segments, lambda test: answers[id(test)], row)(self.condition)

    def _answers(self, cells: Sequence[object], order: Sequence[str]) -> tuple[bool | None, ...]:
        key = tuple(order)
        if key not in self._built:
            self._built[key] = self._writer.build(self._ask_all, order)
        return cast("tuple[bool | None, ...]", self._built[key](cells))

    def _looked_at(self, test: ast.Expr, row: dict[str, object]) -> object:
        names = [node.name for node in ast.walk(test) if isinstance(node, ast.Column) and node.name in self.needed]
        values = tuple(row[name] for name in dict.fromkeys(names))
        return values[0] if len(values) == 1 else values or None
