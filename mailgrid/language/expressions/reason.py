"""Reason: why a condition says yes, no or unknown about one row, as a tree of its tests and their answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from mailgrid.language import ast
from mailgrid.language.expressions.cells import is_empty
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.wanted import unreadable

__all__ = ["Reason", "Reasons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A test, or what joins tests, with its answer for a row: True, False or None, unknown.

    `text` is what was written, on one line; `all of`, `any of` and `not` stand for what joins the `parts`. `cells`
    are those that the test looked at, by column, and `note` says why it has no answer. `decides`: the condition's
    answer comes from this one; a part with another answer than what joins it changes nothing.
    """

    text: str
    answer: bool | None
    parts: "tuple[Reason, ...]" = ()
    cells: Mapping[str, object] | None = None
    note: str = ""
    decides: bool = False

    def walk(self) -> "Iterator[tuple[int, Reason]]":
        """Yield this and everything below it, each with its depth."""
        yield 0, self
        for part in self.parts:
            yield from ((depth + 1, reason) for depth, reason in part.walk())

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        value: dict[str, object] = {"test": self.text, "answer": self.answer, "decides": self.decides}
        if self.parts:
            value["parts"] = [part.as_json() for part in self.parts]
        if self.cells is not None:
            value |= {"cells": dict(self.cells), "note": self.note}
        return value


class Reasons:
    """Makes the reason of one row's answer.

    Args:
        segments: the conditions of the segments.
        answer: tells what an elementary test says about the row.
        cells: the row, by column; only columns that the condition reads.
    """

    def __init__(
        self,
        segments: Mapping[str, ast.Expr],
        answer: Callable[[ast.Expr], bool | None],
        cells: Mapping[str, object],
    ) -> None:
        self._segments = segments
        self._answer = answer
        self._cells = cells

    def __call__(self, condition: ast.Expr) -> Reason:
        """Return the tree, in which the tests that decide are marked."""
        return _marked(self._reason(condition))

    def _reason(self, node: ast.Expr) -> Reason:
        match node:
            case ast.And(parts=parts):
                reasons = tuple(map(self._reason, parts))
                return Reason(text="all of", answer=_all(part.answer for part in reasons), parts=reasons)
            case ast.Or(parts=parts):
                reasons = tuple(map(self._reason, parts))
                return Reason(text="any of", answer=_any(part.answer for part in reasons), parts=reasons)
            case ast.Not(part=part):
                reason = self._reason(part)
                return Reason(text="not", answer=None if reason.answer is None else not reason.answer, parts=(reason,))
            case ast.Segment(name=name):
                reason = self._reason(self._segments[name])
                return Reason(text=show(node), answer=reason.answer, parts=(reason,))
            case ast.RuleFile(path=path, condition=condition):
                reason = self._reason(condition)
                return Reason(text=f"rules({show(path)})", answer=reason.answer, parts=(reason,))
        return self._test(node)

    def _test(self, test: ast.Expr) -> Reason:
        names = [node.name for node in ast.walk(test) if isinstance(node, ast.Column)]
        cells = {name: self._cells[name] for name in names if name in self._cells}
        answer = self._answer(test)
        note = ""
        if answer is None:
            empty = [name for name, cell in cells.items() if is_empty(cell)]
            note = "is empty" if empty else unreadable(test)
        return Reason(text=show(test), answer=answer, cells=cells, note=note)


def _all(answers: Iterator[bool | None]) -> bool | None:
    known = list(answers)
    return False if False in known else None if None in known else True


def _any(answers: Iterator[bool | None]) -> bool | None:
    known = list(answers)
    return True if True in known else None if None in known else False


def _marked(reason: Reason) -> Reason:
    """Mark the tests below which the answer comes from: in each join, the parts with the join's own answer."""
    if not reason.parts:
        return replace(reason, decides=True)
    joined = reason.text in ("all of", "any of")
    parts = tuple(_marked(part) if not joined or part.answer is reason.answer else part for part in reason.parts)
    return replace(reason, parts=parts, decides=True)
