"""Calls of functions, checked: how many arguments, of which kind, and what comes out."""

import inspect
from collections.abc import Callable

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.cells import Cells
from mailgrid.language.expressions.dates import DateForm
from mailgrid.language.expressions.functions import FUNCTIONS, GUEST_KINDS, NAMES, Function, first, guest, strict
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.value import Value, a, family
from mailgrid.language.suggest import nearest

__all__ = ["Calls"]

_ANY = 1_000


class Calls:
    """Makes a Value of a call, or reports why it makes no sense.

    Args:
        scope: the plugins' functions and the environment.
        maker: makes the Values.
        diagnostics: where mistakes are noted.
        calendar: what today is.
        cells: how cells are read.
        operand: makes the arguments' values.
    """

    def __init__(
        self,
        scope: Scope,
        maker: Maker,
        diagnostics: Diagnostics,
        calendar: Calendar,
        cells: Cells,
        operand: Callable[[ast.Operand], Value | None],
    ) -> None:
        self._scope = scope
        self._diagnostics = diagnostics
        self._calendar = calendar
        self._cells = cells
        self._maker = maker
        self._operand = operand
        self._own = {
            "number": (1, 1, self._number),
            "date": (1, 2, self._date),
            "today": (0, 0, lambda node: maker.constant(node, Kind.DATE, calendar.today)),
            "now": (0, 0, lambda node: maker.constant(node, Kind.DATETIME, calendar.now)),
            "coalesce": (1, _ANY, self._coalesce),
            "env": (1, 2, self._env),
            "lines": (1, 1, self._lines),
            "rules": (1, 1, self._rules),
        }

    def __call__(self, node: ast.Call) -> Value | None:
        """Return the call's value; None when it was reported."""
        if function := FUNCTIONS.get(node.name):
            return self._plain(node, function) if self.fits(node, 1, 1) else None
        if node.name in self._own:
            least, most, make = self._own[node.name]
            return make(node) if self.fits(node, least, most) else None
        if node.name in self._scope.functions:
            return self._guest(node)
        self._unknown(node)
        return None

    def fits(self, node: ast.Call, least: int, most: int) -> bool:
        """Whether a call has as many arguments as its function takes; else report it."""
        count = len(node.arguments)
        if least <= count <= most:
            return True
        numbers = str(least) if least == most else f"at least {least}" if most == _ANY else f"{least} or {most}"
        plural = "" if numbers.endswith("1") else "s"
        self._wrong_count(node, f"{numbers} argument{plural}" if most else "no argument")
        return False

    def literal_text(self, node: ast.Call, place: int) -> str | None:
        """Return an argument that must be a text in quotes; None when it was reported."""
        argument = node.arguments[place]
        if isinstance(argument, ast.Literal) and isinstance(argument.value, str):
            return argument.value
        kind = a(argument.kind) if isinstance(argument, ast.Literal) else "none"
        self._maker.wrong_kind(argument, node.name, "a text in quotes", kind)
        return None

    def _wrong_count(self, node: ast.Call, wanted: str) -> None:
        self._diagnostics.add("MG307", node.span, function=node.name, wanted=wanted, count=len(node.arguments))

    def _unknown(self, node: ast.Call) -> None:
        name = nearest(node.name, [*NAMES, *self._scope.functions])
        suggestion = f"did you mean `{name}`?" if name else f"there are {', '.join(sorted(NAMES))}"
        edit = Edit(node.name_span, name) if name else None
        self._diagnostics.add("MG306", node.name_span, edit=edit, found=node.name, suggestion=suggestion)

    def _plain(self, node: ast.Call, function: Function) -> Value | None:
        value = self._argument(node, node.arguments[0], function.takes)
        if value is None:
            return None
        act = strict(function.make(self._calendar), "" if function.gives is Kind.TEXT else None)
        return self._maker.apply(node, act, [value], function.gives)

    def _argument(self, node: ast.Call, argument: ast.Operand, *wanted: Kind) -> Value | None:
        """Return an argument of one of the kinds, read as the first where it has none."""
        value = self._operand(argument)
        if value is None:
            return None
        if value.kind is not None and family(value.kind) not in wanted:
            self._maker.wrong_kind(argument, node.name, " or ".join(map(a, wanted)), a(value.kind))
            return None
        return self._maker.read(value, family(value.kind) or wanted[0])

    def _number(self, node: ast.Call) -> Value | None:
        value = self._argument(node, node.arguments[0], Kind.TEXT, Kind.NUMBER)
        return value and self._maker.apply(node, self._cells.of_any(Kind.NUMBER), [value], Kind.NUMBER, fallible=True)

    def _date(self, node: ast.Call) -> Value | None:
        value = self._argument(node, node.arguments[0], Kind.TEXT, Kind.DATE)
        if value is None:
            return None
        read = self._cells.of_any(Kind.DATE)
        if len(node.arguments) > 1:
            form = self._form(node)
            if form is None:
                return None
            read = Cells(self._calendar, form, iso=False).of_any(Kind.DATE)
        day = strict(self._calendar.day, None)
        return self._maker.apply(node, lambda cell: day(read(cell or None)), [value], Kind.DATE, fallible=True)

    def _form(self, node: ast.Call) -> DateForm | None:
        written = self.literal_text(node, 1)
        if written is None:
            return None
        try:
            return DateForm(written)
        except ValueError:
            self._diagnostics.add("MG310", node.arguments[1].span, found=written)
            return None

    def _coalesce(self, node: ast.Call) -> Value | None:
        values = [value for value in map(self._operand, node.arguments) if value is not None]
        if len(values) < len(node.arguments):
            return None
        kinds = [family(value.kind) for value in values if value.kind]
        for value in values:
            if value.kind and family(value.kind) is not kinds[0]:
                self._maker.wrong_kind(value.node, node.name, f"{a(kinds[0])} each time", a(value.kind))
                return None
        kind = kinds[0] if kinds else None
        chosen = [self._maker.read(value, kind) if kind else value for value in values]
        act = strict_text(first) if kind is Kind.TEXT else first
        return self._maker.apply(node, act, chosen, kind)

    def _env(self, node: ast.Call) -> Value | None:
        texts = [self.literal_text(node, place) for place in range(len(node.arguments))]
        if None in texts:
            return None
        name, default = texts[0] or "", texts[1] if len(texts) > 1 else None
        value = self._scope.environment.get(name, default)
        if value is None:
            self._diagnostics.add("MG605", node.span, found=name)
            return None
        return self._maker.constant(node, Kind.TEXT, value.strip(), value)

    def _lines(self, node: ast.Call) -> None:
        self._maker.wrong_kind(node, "a test", "one value", "a list", f"write `... in {show(node)}`")

    def _rules(self, node: ast.Call) -> None:
        instead = f"join it with `and` or `or`, like `{show(node)} and ...`"
        self._maker.wrong_kind(node, "an operand", "one value", "a whole condition", instead)

    def _guest(self, node: ast.Call) -> Value | None:
        act = self._scope.functions[node.name]
        signature = inspect.signature(act)
        try:
            signature.bind(*node.arguments)
        except TypeError:
            wanted = f"arguments as in `{node.name}{signature}`"
            self._wrong_count(node, wanted)
            return None
        values = [self._argument(node, argument, Kind.TEXT) for argument in node.arguments]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        constant = all(value.constant for value in known)
        kind = None if constant else GUEST_KINDS.get(self._scope.results.get(node.name, ""))
        return self._maker.apply(node, strict(guest(act, kind), None), known, kind, fallible=True)


def strict_text(act: Callable[..., object]) -> Callable[..., object]:
    """Return the act with the empty text for empty."""

    def call(*values: object) -> object:
        answer = act(*values)
        return "" if answer is None else answer

    return call
