"""The Python of comparing values, and where its answer is unknown."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.expressions.agreement import EQUALITY
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.cells import UNREADABLE
from mailgrid.language.expressions.functions import to_ascii
from mailgrid.language.expressions.logic import Truth, any_of
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.value import Value
from mailgrid.language.expressions.writer import Writer

__all__ = ["Relations"]

_PYTHON = {"=": "==", "before": "<", "after": ">"}


class Relations:
    """Writes the comparison of values whose kinds agree.

    Args:
        maker: reads values as what they meet.
        writer: where the Python is written.
        calendar: puts days and moments in order.
    """

    def __init__(self, maker: Maker, writer: Writer, calendar: Calendar) -> None:
        self._maker = maker
        self._writer = writer
        self._sign = writer.constant(calendar.sign)
        self._same = writer.constant(calendar.same)
        self._within = writer.constant(calendar.within)

    def relation(self, operator: str, left: Value, right: Value, kind: Kind, *, fold: bool = False) -> Truth:
        """Return the Truth of `left operator right`, both read as `kind`; `fold` makes case not matter."""
        values = [self._read(value, kind, fold=fold) for value in (self._wire(left, right), self._wire(right, left))]
        python = _PYTHON.get(operator, operator)
        if operator not in EQUALITY:
            ordered = f"({self._sign}({{}}, {{}}) {python} 0)" if kind is Kind.DATE else f"({{}} {python} {{}})"
            return self.guarded(values, ordered.format, ordering=True)
        same = f"({{}} {python} {{}})"
        if kind is Kind.DATE:
            same = f"({'not ' if operator == '!=' else ''}{self._same}({{}}, {{}}))"
        return self.guarded(values, same.format)

    def until(self, value: Value, last: Value) -> Truth:
        """Return the Truth of `value` not being after `last`, all of which counts when it is a day."""
        values = [self._maker.read(value, Kind.DATE), self._maker.read(last, Kind.DATE)]
        return self.guarded(values, f"{self._within}({{}}, {{}})".format, ordering=True)

    def equals_any(self, left: Value, choices: Sequence[tuple[Value, Kind]], *, fold: bool) -> Truth:
        """Return the Truth of `left` being equal to one of the choices, each compared as the kind beside it."""
        sets: dict[Kind, list[object]] = {}
        truths = []
        for choice, kind in choices:
            if choice.constant and choice.value is not UNREADABLE and kind is not Kind.DATE:
                sets.setdefault(kind, []).append(self._read(self._wire(choice, left), kind, fold=fold).value)
            else:
                truths.append(self.relation("=", left, choice, kind, fold=fold))
        return any_of(
            [*(self.member(left, kind, frozenset(values), fold=fold) for kind, values in sets.items()), *truths],
            self._writer,
        )

    def member(self, left: Value, kind: Kind, values: frozenset[object], *, fold: bool) -> Truth:
        """Return the Truth of `left`, read as `kind`, being one of the values."""
        return self.guarded([self._read(left, kind, fold=fold)], f"({{}} in {self._writer.constant(values)})".format)

    def _read(self, value: Value, kind: Kind, *, fold: bool) -> Value:
        return self.text(value, fold=fold) if kind is Kind.TEXT else self._maker.read(value, kind)

    def text(self, value: Value, *, fold: bool) -> Value:
        """Return the value as text, in the form in which case does not matter if `fold`."""
        text = self._maker.read(value, Kind.TEXT)
        if not fold or text.value is UNREADABLE:
            return text
        if isinstance(text.value, str):
            return self._maker.constant(text.node, Kind.TEXT, text.value.casefold(), text.exact.casefold())
        if not text.unreadable:
            return replace(text, code=f"{text.code}.casefold()")
        name = self._writer.temporary()
        return replace(text, code=f"({name} if ({name} := {text.code}) is UNREADABLE else {name}.casefold())")

    def _wire(self, value: Value, beside: Value) -> Value:
        """Return a text that is compared with `domain(...)` in the form that this gives, `xn--...`."""
        node, text = beside.node, value.value
        if isinstance(node, ast.Call) and node.name == "domain" and isinstance(text, str) and not text.isascii():
            return self._maker.constant(value.node, Kind.TEXT, to_ascii(text))
        return value

    def guarded(self, values: Sequence[Value], body: Callable[..., str], *, ordering: bool = False) -> Truth:
        """Return `body` of the values' code, unknown where one cannot be read or, for an `ordering`, is empty."""
        names, checks = [], []
        for value in values:
            conditions = _conditions(value, ordering=ordering)
            name = self._writer.temporary() if conditions else value.code
            if conditions:
                checks.append(f"({name} := {value.code})" + f" or {name}".join(conditions))
            names.append(name)
        if not checks:
            return Truth(body(*names), unknown=False)
        return Truth(f"(None if {' or '.join(checks)} else {body(*names)})", unknown=True)


def _conditions(value: Value, *, ordering: bool) -> list[str]:
    """Return what about a value makes the answer unknown."""
    if value.constant and value.value is not UNREADABLE and (value.value or not ordering or value.value == 0):
        return []
    unreadable = [" is UNREADABLE"] if value.unreadable else []
    empty = [' == ""' if value.kind is Kind.TEXT else " is None"] if ordering else []
    return unreadable + empty
