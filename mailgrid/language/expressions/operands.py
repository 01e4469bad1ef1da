"""Operands: what stands on either side of an operator, checked and turned into Python."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from mailgrid import hookspecs
from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.calls import Calls
from mailgrid.language.expressions.cells import UNREADABLE, Cells
from mailgrid.language.expressions.functions import strict
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.names import Names
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.value import Value, a, family

__all__ = ["Operands"]

_COMPARABLE = frozenset({Kind.TEXT, Kind.NUMBER, Kind.YES_NO, Kind.DATE, Kind.DATETIME, Kind.DURATION})
COLUMN_KINDS = {kind.value: kind for kind in (*_COMPARABLE, Kind.LIST)}
#: Sums are exact up to this many digits; without traps, since what is summed is always finite.
_SUMS = Context(prec=100, traps=[])


class Operands:
    """Makes a Value of an operand, or reports why it makes no sense.

    Args:
        scope: what names stand for.
        maker: makes the Values.
        diagnostics: where mistakes are noted.
        calendar: how dates are meant.
        cells: how cells are read.
    """

    def __init__(self, scope: Scope, maker: Maker, diagnostics: Diagnostics, calendar: Calendar, cells: Cells) -> None:
        self._maker = maker
        self._calendar = calendar
        self.names = Names(scope, diagnostics)
        self.calls = Calls(scope, maker, diagnostics, calendar, cells, self)

    def __call__(self, node: ast.Operand, beside: ast.Operand | None = None) -> Value | None:
        """Return the operand's value; None when it was reported. `beside`: see `Names.find`."""
        match node:
            case ast.Literal():
                return self._literal(node, node)
            case ast.Column():
                return self._name(node, beside)
            case ast.Call():
                return self.calls(node)
            case ast.Neg():
                return self._literal(node.operand, node, sign=-1)
            case ast.Add():
                return self._sum(node)

    def _literal(self, literal: ast.Literal, node: ast.Operand, sign: int = 1) -> Value | None:
        value = literal.value
        if literal.kind not in _COMPARABLE:
            self._maker.wrong_kind(node, "a condition", "a text, a number, a date or a duration", a(literal.kind))
            return None
        if isinstance(value, str):
            return self._maker.constant(node, Kind.TEXT, value.strip(), value)
        if isinstance(value, datetime):
            return self._maker.constant(node, Kind.DATETIME, self._moment(value))
        if isinstance(value, Decimal):
            number = sign * value
            whole = int(number) if number == number.to_integral_value() and number.adjusted() < _QUICK else number
            return self._maker.constant(node, Kind.NUMBER, whole)
        return self._maker.constant(node, literal.kind, sign * value if isinstance(value, timedelta) else value)

    def _moment(self, value: datetime) -> object:
        try:
            return self._calendar.moment(value)
        except OverflowError:
            return UNREADABLE

    def _name(self, node: ast.Column, beside: ast.Operand | None) -> Value | None:
        found = self.names.find(node, beside)
        match found:
            case hookspecs.Column():
                return self._column(node, found)
            case str():
                return self._maker.constant(node, Kind.TEXT, found.strip(), found)
            case ast.Literal():
                return self._literal(found, node)
            case tuple():
                self._maker.wrong_kind(node, "a test", "one value", "a list", f"write `in {node.name}`")
        return None

    def _column(self, node: ast.Column, column: hookspecs.Column) -> Value:
        kind = COLUMN_KINDS.get(column.type or "")
        return self._maker.cell(node, column.name, kind)

    # ---- sums --------------------------------------------------------------------------------------------------

    def _sum(self, node: ast.Add) -> Value | None:
        left, right = self(node.left), self(node.right)
        if left is None or right is None:
            return None
        kinds = _sum_kinds(family(left.kind), family(right.kind))
        act: Callable[..., object]
        if kinds == (Kind.NUMBER, Kind.NUMBER):
            act, gives = _add if node.operator == "+" else _subtract, Kind.NUMBER
        elif kinds == (Kind.DATE, Kind.DURATION) or (kinds == (Kind.DURATION, Kind.DATE) and node.operator == "+"):
            act, gives = self._shift(-1 if node.operator == "-" else 1), Kind.DATE
        else:
            self._no_sum(node, left, right)
            return None
        values = [self._maker.read(value, kind) for value, kind in zip((left, right), kinds, strict=True)]
        return self._maker.apply(node, strict(act, None), values, gives, fallible=True)

    def _shift(self, sign: int) -> Callable[..., object]:
        def shift(left: date | timedelta, right: date | timedelta) -> date:
            day, by = (right, left) if isinstance(left, timedelta) else (left, right)
            return self._calendar.shift(day, sign * by)  # type: ignore[arg-type, operator]  # kinds were agreed on

        return shift

    def _no_sum(self, node: ast.Add, left: Value, right: Value) -> None:
        if family(left.kind) in (Kind.DATE, None) and family(right.kind) is Kind.DATE:
            wanted, suggestion = "a date and a duration", "count days with `days_since(...)` or `days_until(...)`"
        elif family(left.kind) is Kind.DATE:
            wanted = "a duration beside a date"
            suggestion = f"write `{show(right.node)}d`" if right.kind is Kind.NUMBER and right.is_literal else ""
        else:
            wanted, suggestion = "two numbers, or a date and a duration", ""
        culprit = right if left.kind in (Kind.NUMBER, Kind.DATE, Kind.DATETIME, None) else left
        self._maker.wrong_kind(culprit.node, node.operator, wanted, a(culprit.kind), suggestion)


#: Numbers of at most this many digits are ints, which Python compares fastest.
_QUICK = 18


def _sum_kinds(left: Kind | None, right: Kind | None) -> tuple[Kind, Kind]:
    """Return what each side is, where the other side tells what a value without a type must be."""
    if left is None:
        left = {Kind.DURATION: Kind.DATE, Kind.DATE: Kind.DURATION}.get(right or Kind.NUMBER, Kind.NUMBER)
    if right is None:
        right = {Kind.DURATION: Kind.DATE, Kind.DATE: Kind.DURATION}.get(left, Kind.NUMBER)
    return left, right


def _add(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    return left + right if isinstance(left, int) and isinstance(right, int) else _SUMS.add(left, right)


def _subtract(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    return left - right if isinstance(left, int) and isinstance(right, int) else _SUMS.subtract(left, right)
