"""Names: what a file and its imports define, each once, whatever the order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mailgrid.language.arguments import read_arguments, reference, refuse
from mailgrid.language.ast import Call, Expr, Junk, Let, List, Literal, Neg, Segment, Statement, Word, walk
from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.campaign import Driver, Reference
from mailgrid.language.diagnostics import Diagnostics, Note
from mailgrid.language.drivers import Drivers
from mailgrid.language.imports import Module
from mailgrid.language.kinds import Kinds
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["Defined", "Names"]

Constant = Literal | tuple[Literal, ...] | Reference


@dataclass(slots=True)
class Defined:
    """What is defined. A name that was defined wrongly is known, with None for what it stands for."""

    lets: dict[str, Constant | None] = field(default_factory=dict)
    sources: dict[str, Driver | None] = field(default_factory=dict)
    transports: dict[str, Driver | None] = field(default_factory=dict)
    segments: dict[str, Expr | None] = field(default_factory=dict)
    observers: list[Driver] = field(default_factory=list)


class Names:
    """Collects the definitions of a module and of those that it imports.

    Args:
        kinds: the drivers that there are.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, kinds: Kinds, diagnostics: Diagnostics) -> None:
        self.sources = Drivers("source", kinds.sources, diagnostics)
        self.transports = Drivers("transport", kinds.transports, diagnostics)
        self._observers = Drivers("observer", kinds.observers, diagnostics)
        self._diagnostics = diagnostics
        self._places: dict[tuple[str, str], Span] = {}
        self._defined = Defined()

    def __call__(self, module: Module) -> Defined:
        """Return everything that can be named in the module."""
        for each in module.walk():
            for item in each.file.items:
                self._define(item, own=each is module)
        _check_segments(module, self._defined.segments, self._diagnostics)
        self.transports.check_otherwise(self._defined.transports)
        return self._defined

    def _define(self, item: object, *, own: bool) -> None:
        match item:
            case Let():
                if self._is_new("let", item.name, item.name_span):
                    self._defined.lets[item.name] = self._constant(item)
            case Statement(keyword="source"):
                self._driver(item, self.sources, self._defined.sources)
            case Statement(keyword="transport"):
                self._driver(item, self.transports, self._defined.transports)
            case Statement(keyword="segment"):
                self._segment(item)
            case Statement(keyword="observe"):
                self._observer(item)
            case Statement(keyword="campaign", arguments=(Word(name=name, span=span), *_)) if own:
                self._is_new("campaign", name, span)
            case _:
                pass

    def _is_new(self, what: str, name: str, span: Span) -> bool:
        first = self._places.setdefault((what, name), span)
        if first is span:
            return True
        note = Note("first defined here", first)
        self._diagnostics.add("MG211", span, notes=(note,), what=what, found=name)
        return False

    def _driver(self, statement: Statement, drivers: Drivers, known: dict[str, Driver | None]) -> None:
        name = drivers.name_of(statement)
        if name and self._is_new(drivers.what, name.name, name.span):
            known[name.name] = drivers.declared(statement, name)

    def _segment(self, statement: Statement) -> None:
        arguments = read_arguments(statement, VOCABULARY["segment"], self._diagnostics)
        name = statement.arguments[0] if statement.arguments else None
        if not isinstance(name, Word) or not self._is_new("segment", name.name, name.span):
            return
        self._defined.segments[name.name] = statement.where.condition if statement.where else None
        if arguments and not statement.where:
            refuse(statement, f"a condition: `segment {name.name} where ...`", None, self._diagnostics)

    def _observer(self, statement: Statement) -> None:
        if observer := self._observers.used(statement, {}):
            self._defined.observers.append(observer)

    # ---- let ---------------------------------------------------------------------------------------------------

    def _constant(self, let: Let) -> Constant | None:
        """Return the value of a `let`: a literal, a list of literals, or what is outside."""
        value = let.value
        if isinstance(value, Junk):
            return None
        if isinstance(value, Call) and value.name in {"env", "secret"}:
            return reference(value, self._diagnostics)
        if isinstance(value, List):
            items = [_literal(item) for item in value.items]
            literals = tuple(item for item in items if item)
            if len(literals) == len(items):
                return literals
        elif found := _literal(value):
            return found
        wanted = 'a value that is written down, like `"Acme"`, `30d`, `["FR", "DE"]` or `env("NAME")`'
        self._diagnostics.add("MG204", value.span, setting=f"let {let.name}", wanted=wanted, suggestion="")
        return None


def _literal(node: object) -> Literal | None:
    """Return a literal, a minus before it included."""
    if isinstance(node, Neg) and isinstance(node.operand.value, Decimal):
        return replace(node.operand, span=node.span, value=-node.operand.value)
    return node if isinstance(node, Literal) else None


# ---- segments --------------------------------------------------------------------------------------------------


def _check_segments(module: Module, segments: Mapping[str, Expr | None], diagnostics: Diagnostics) -> None:
    """Report `in NAME` of a segment that there is not, and segments that need themselves."""
    for each in module.walk():
        for node in walk(each.file):
            if isinstance(node, Segment) and node.name not in segments:
                meant = nearest(node.name, segments)
                hint = f"did you mean `{meant}`?" if meant else f"define it: `segment {node.name} where ...`"
                diagnostics.add("MG216", node.name_span, found=node.name, suggestion=hint)
    finished: set[str] = set()
    for name in segments:
        _check_circle(name, segments, (), finished, diagnostics)


def _check_circle(
    name: str,
    segments: Mapping[str, Expr | None],
    trail: tuple[str, ...],
    finished: set[str],
    diagnostics: Diagnostics,
) -> None:
    """Follow the segments that a segment needs; `trail` is how it was come by."""
    condition = segments.get(name)
    if condition is None or name in finished:
        return
    trail = (*trail, name)
    for node in walk(condition):
        if not isinstance(node, Segment):
            continue
        if len(trail) > MAX_DEPTH:
            diagnostics.add("MG118", node.span)
        elif node.name in trail:
            circle = " -> ".join([*trail[trail.index(node.name) :], node.name])
            diagnostics.add("MG217", node.span, found=node.name, circle=circle)
        else:
            _check_circle(node.name, segments, trail, finished, diagnostics)
    finished.add(name)
