"""The kind as which two operands are compared, and what to say when there is none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.cells import Cells
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.value import Value, a, family

__all__ = ["EQUALITY", "Agreement"]

EQUALITY = frozenset({"=", "!="})
_DATES_ONLY = frozenset({"before", "after"})


class Agreement:
    """Finds the kind that two operands have in common: the one with a type decides how the other is read.

    Args:
        source: how the source is called.
        maker: reports operands of a wrong kind.
        calendar: how a date in quotes would be meant.
        diagnostics: where the rest is noted.
    """

    def __init__(self, source: str, maker: Maker, calendar: Calendar, diagnostics: Diagnostics) -> None:
        self._source = source
        self._maker = maker
        self._cells = Cells(calendar)
        self._diagnostics = diagnostics

    def __call__(self, operator: str, left: Value, right: Value) -> Kind | None:
        """Return the kind for both sides of an operator; None when they do not go together, which is reported."""
        for value, other in ((left, right), (right, left)):
            if value.kind is Kind.LIST:
                instead = f"write `{show(value.node)} contains {show(other.node)}`"
                self._maker.wrong_kind(value.node, operator, "one value", "a list", instead)
                return None
        kinds = {kind for kind in (family(left.kind), family(right.kind)) if kind}
        if operator in _DATES_ONLY and kinds - {Kind.DATE}:
            self._no_date(operator, left, right)
            return None
        if len(kinds) > 1:
            self._mismatch(operator, left, right)
            return None
        kind = kinds.pop() if kinds else Kind.DATE if operator in _DATES_ONLY else Kind.TEXT
        if kind is Kind.YES_NO and operator not in EQUALITY:
            self._maker.wrong_kind(right.node if left.kind is None else left.node, operator, "an order", "yes/no")
            return None
        return kind

    def wants_text(self, operator: str, value: Value) -> None:
        """Report an operand that is no text where only texts can stand."""
        plain = replace(value, raw=False)
        self._mismatch(operator, replace(plain, kind=Kind.TEXT), plain)

    def _no_date(self, operator: str, left: Value, right: Value) -> None:
        fine = (None, Kind.DATE)
        wrong, other = (left, right) if family(left.kind) not in fine else (right, left)
        if other.kind is None:
            other = replace(other, kind=Kind.DATE, raw=False)
        self._mismatch(operator, other, wrong)

    def _mismatch(self, operator: str, left: Value, right: Value) -> None:
        """Report them, at the one that is not the column."""
        column, other = (right, left) if right.raw and not left.raw else (left, right)
        span, found = other.node.span, show(other.node)
        suggestion, edit = self._suggest(column, other)
        if column.raw:
            self._diagnostics.add(
                "MG302",
                span,
                edit=edit,
                column=show(column.node),
                kind=_name(column),
                source=self._source,
                literal=found,
                other=_name(other),
                suggestion=suggestion,
            )
        else:
            self._diagnostics.add(
                "MG308",
                span,
                edit=edit,
                place=operator,
                wanted=a(column.kind),
                found=found,
                kind=a(other.kind),
                suggestion=suggestion,
            )

    def _suggest(self, column: Value, other: Value) -> tuple[str, Edit | None]:
        node, kind = other.node, family(column.kind)
        if isinstance(node, ast.Literal):
            if isinstance(node.value, str) and kind:
                return self._unquoted(node, kind)
            if kind is Kind.TEXT and node.kind is not Kind.YES_NO:
                text = f'"{show(node)}"'
                return f"write it in quotes: `{text}`", Edit(node.span, text)
        return f"compare it with {a(kind)}", None

    def _unquoted(self, literal: ast.Literal, kind: Kind) -> tuple[str, Edit | None]:
        """Return the number, the date or the truth that stands in quotes, if it is one."""
        written = str(literal.value).strip()
        match self._cells.of_any(kind)(written):
            case bool(truth):
                word = str(truth).lower()
                return f"write `{word}`", Edit(literal.span, word)
            case int() | Decimal():
                return "remove the quotes", Edit(literal.span, "".join(written.split()).lstrip("+"))
            case date():
                return "remove the quotes", Edit(literal.span, written)
        return f"compare it with {a(kind)}", None


def _name(value: Value) -> str:
    return value.kind.value if value.kind else "value"
