"""Rules: the tree of `{op, field, value, rules}` in a rule file becomes the condition that text would have given."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from mailgrid.language.ast import (
    Among,
    And,
    Column,
    Compare,
    Emptiness,
    Expr,
    Kind,
    Literal,
    Matches,
    Neg,
    Not,
    Operand,
    Or,
    TextTest,
    Tuple,
)
from mailgrid.language.diagnostics import Diagnostics, Note
from mailgrid.language.marked import Marked, Members
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span

__all__ = ["OPS", "Rules"]

_COMPARISONS = {"EQ": "=", "NE": "!=", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
_TEXT_TESTS = {"CONTAINS": "contains", "STARTS_WITH": "starts with", "ENDS_WITH": "ends with"}
_JOINED = ("op", "rules")
_TESTED = ("op", "field", "value")
#: Each op, and the keys of a rule with it.
OPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("AND", "OR", "NOT"), _JOINED),
    **dict.fromkeys((*_COMPARISONS, *_TEXT_TESTS, "IN", "MATCHES"), _TESTED),
    "EMPTY": ("op", "field"),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_DAY = len("2026-01-31")
_SLASH = re.compile(r"\\.|/", re.DOTALL)


class Rules:
    """Reads a tree of rules.

    Args:
        diagnostics: where mistakes are reported, with their places in the rule file.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics

    def __call__(self, rule: Marked) -> Expr | None:
        """Return the condition that a rule means; None where it, or a rule inside of it, was reported."""
        members = self._members(rule)
        op = self._op(rule, members) if members is not None else None
        if op is None or members is None or not self._fits(rule, op, members):
            return None
        return self._join(rule.span, op, members["rules"]) if op in ("AND", "OR", "NOT") else self._test(op, members)

    # ---- keys --------------------------------------------------------------------------------------------------

    def _members(self, rule: Marked) -> dict[str, Marked] | None:
        """Return a rule's values by key; None where it is no rule."""
        if not isinstance(rule.value, Members):
            self._wrong("a rule", rule, "an object with `op`")
            return None
        found: dict[str, Marked] = {}
        first: dict[str, Span] = {}
        for key, value in rule.value.pairs:
            name = key.value if isinstance(key.value, str) else key.span.source
            if name in found:
                notes = (Note("first written here", first[name]),)
                self._diagnostics.add("MG325", key.span, notes=notes, found=name)
                continue
            first[name] = key.span
            found[name] = value
            if name not in (*_TESTED, *_JOINED):
                self._unknown_key(key.span, name)
        return found

    def _unknown_key(self, span: Span, name: str) -> None:
        keys = ("op", "field", "value", "rules")
        near = nearest(name, keys)
        suggestion = f"did you mean `{near}`?" if near else f"the keys are {', '.join(keys)}"
        self._diagnostics.add("MG323", span, found=name, suggestion=suggestion)

    def _op(self, rule: Marked, members: Mapping[str, Marked]) -> str | None:
        if "op" not in members:
            self._diagnostics.add("MG322", rule.span, rule="this rule", missing="op", suggestion=_listed())
            return None
        op = self._text("op", members["op"])
        if op is None:
            return None
        name = op.strip().upper().replace(" ", "_")
        if name in OPS:
            return name
        near = nearest(name, list(OPS))
        suggestion = f"did you mean `{near}`?" if near else _listed()
        self._diagnostics.add("MG321", members["op"].span, found=op, suggestion=suggestion)
        return None

    def _fits(self, rule: Marked, op: str, members: Mapping[str, Marked]) -> bool:
        """Whether a rule has the keys that its op wants; one that it does not take is reported only."""
        missing = [key for key in OPS[op] if key not in members]
        for key in missing:
            suggestion = f"a rule with `{op}` has {' and '.join(f'`{each}`' for each in OPS[op][1:])}"
            self._diagnostics.add("MG322", rule.span, rule=f"this `{op}`", missing=key, suggestion=suggestion)
        for key in members:
            if key not in OPS[op] and key in (*_TESTED, *_JOINED):
                suggestion = f"`{op}` takes {' and '.join(f'`{each}`' for each in OPS[op][1:])}"
                self._diagnostics.add("MG323", members[key].span, found=key, suggestion=suggestion)
        return not missing

    # ---- conditions --------------------------------------------------------------------------------------------

    def _join(self, span: Span, op: str, rules: Marked) -> Expr | None:
        if not isinstance(rules.value, tuple) or not rules.value or (op == "NOT" and len(rules.value) > 1):
            self._wrong("`rules`", rules, "a list of one rule" if op == "NOT" else "a list of rules")
            return None
        parts = [self(rule) for rule in rules.value]
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        if op == "NOT":
            return Not(span, known[0])
        if len(known) == 1:
            return known[0]
        return And(span, known) if op == "AND" else Or(span, known)

    def _test(self, op: str, members: Mapping[str, Marked]) -> Expr | None:
        field = self._text("field", members["field"])
        if field is None:
            return None
        span = members["field"].span
        column = Column(span, field, quoted=True)
        if op == "EMPTY":
            return Emptiness(span, column)
        value = members["value"]
        if op in _COMPARISONS:
            return self._compare(op, column, value)
        if op == "IN":
            return self._among(column, value)
        text = self._text("value", value)
        if text is None:
            return None
        if op == "MATCHES":
            return Matches(value.span, column, _pattern(text), "", value.span)
        return TextTest(value.span, column, _TEXT_TESTS[op], Literal(value.span, Kind.TEXT, text))

    def _compare(self, op: str, column: Column, value: Marked) -> Expr | None:
        if value.value is None and op in ("EQ", "NE"):
            return Emptiness(value.span, column, negated=op == "NE")
        literal = self._literal(value)
        return Compare(value.span, column, _COMPARISONS[op], literal) if literal else None

    def _among(self, column: Column, value: Marked) -> Expr | None:
        if not isinstance(value.value, tuple) or not value.value:
            self._wrong("`value`", value, "a list of values for `IN`")
            return None
        items = [self._literal(item) for item in value.value]
        known = tuple(item for item in items if item)
        return Among(value.span, column, Tuple(value.span, known)) if len(known) == len(items) else None

    # ---- values ------------------------------------------------------------------------------------------------

    def _literal(self, value: Marked) -> Operand | None:
        """Return a value as the literal that it would be in a campaign file."""
        match value.value:
            case bool(truth):
                return Literal(value.span, Kind.YES_NO, truth)
            case Decimal() as number if number < 0:
                return Neg(value.span, Literal(value.span, Kind.NUMBER, -number))
            case Decimal() as number:
                return Literal(value.span, Kind.NUMBER, number)
            case str(text):
                return _moment(value.span, text) or Literal(value.span, Kind.TEXT, text)
        self._wrong("`value`", value, "a text, a number, true or false")
        return None

    def _text(self, key: str, value: Marked) -> str | None:
        if isinstance(value.value, str) and value.value.strip():
            return value.value
        self._wrong(f"`{key}`", value, "a text")
        return None

    def _wrong(self, place: str, value: Marked, wanted: str) -> None:
        self._diagnostics.add("MG324", value.span, place=place, wanted=wanted, kind=_kind(value))


def _listed() -> str:
    return f"there are {', '.join(OPS)}"


def _kind(value: Marked) -> str:
    match value.value:
        case bool():
            return "true or false"
        case str(text):
            return "a text" if text.strip() else "an empty text"
        case Decimal():
            return "a number"
        case None:
            return "null"
        case tuple(items):
            return f"a list of {len(items)}" if items else "an empty list"
    return "an object"


def _moment(span: Span, text: str) -> Literal | None:
    """Return a text that is written as a date, or a date with a time of day, as that (ISO 8601)."""
    if not _DATE.fullmatch(text):
        return None
    try:
        if len(text) == _DAY:
            return Literal(span, Kind.DATE, date.fromisoformat(text))
        return Literal(span, Kind.DATETIME, datetime.fromisoformat(text))
    except ValueError:
        return None


def _pattern(text: str) -> str:
    """Return a pattern as it is written between slashes."""
    inside = _SLASH.sub(lambda found: r"\/" if found[0] == "/" else found[0], text).replace("\n", r"\n")
    return f"\\{inside}" if inside[0].isspace() else inside
