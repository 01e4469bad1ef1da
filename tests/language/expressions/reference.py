"""The meaning of conditions a second time: slow, plain, written from the rules alone. Rows are untyped texts, by name.

Only what `conditions.py` invents is understood. The zone is UTC.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from mailgrid.language import ast
from mailgrid.language.ast import Kind

Row = dict[str, str]
Answer = bool | None

EMPTY = object()
ODD = object()
TODAY = date(2026, 5, 1)
TEXT_FUNCTIONS = {"lower", "upper", "trim", "domain", "local"}
NUMBER_FUNCTIONS = {"length", "number", "days_since", "days_until", "year", "month", "day", "weekday", "age"}


def truth(node: ast.Node, row: Row) -> Answer:
    match node:
        case ast.And():
            answers = [truth(part, row) for part in node.parts]
            return False if False in answers else None if None in answers else True
        case ast.Or():
            answers = [truth(part, row) for part in node.parts]
            return True if True in answers else None if None in answers else False
        case ast.Not():
            return _not(truth(node.part, row))
        case ast.Compare():
            return _compare(node.left, node.operator, node.right, row, fold=node.fold)
        case ast.Between():
            low = _compare(node.value, ">=", node.low, row)
            high = _compare(node.value, "<=", node.high, row, until=True)
            both = False if False in (low, high) else None if None in (low, high) else True
            return _not(both) if node.negated else both
        case ast.Among(choices=ast.Tuple(items=items)):
            equal = [_compare(node.left, "=", item, row, fold=node.fold) for item in items]
            found = True if True in equal else None if None in equal else False
            return _not(found) if node.negated else found
        case ast.Emptiness():
            seen = _value(node.value, kind_of(node.value) or Kind.TEXT, row)
            return None if seen is ODD else (seen is EMPTY) is not node.negated
        case ast.TextTest():
            return _text_test(node, row)
        case ast.Matches():
            text = _text(_value(node.left, Kind.TEXT, row))
            flags = re.IGNORECASE if "i" in node.flags else 0
            return (re.search(node.pattern, text, flags) is not None) is not node.negated
    value = _value(node, Kind.YES_NO, row)
    return None if value is ODD else value is True


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _text_test(node: ast.TextTest, row: Row) -> Answer:
    text = _text(_value(node.left, Kind.TEXT, row))
    wanted = node.right.value if isinstance(node.right, ast.Literal) else _text(_value(node.right, Kind.TEXT, row))
    assert isinstance(wanted, str)
    if node.fold:
        text, wanted = text.casefold(), wanted.casefold()
    tests: dict[str, Callable[[], bool]] = {
        "contains": lambda: wanted in text,
        "starts with": lambda: text.startswith(wanted),
        "ends with": lambda: text.endswith(wanted),
    }
    return (wanted != "" and tests[node.operator]()) is not node.negated


def _text(value: object) -> str:
    return "" if value is EMPTY else str(value)


def _compare(
    left: ast.Node, operator: str, right: ast.Node, row: Row, *, fold: bool = False, until: bool = False
) -> Answer:
    kind = kind_of(left) or kind_of(right) or (Kind.DATE if operator in ("before", "after") else Kind.TEXT)
    a, b = _value(left, kind, row), _value(right, kind, row)
    if a is ODD or b is ODD:
        return None
    if fold:
        a, b = (value if value is EMPTY else str(value).casefold() for value in (a, b))
    if operator in ("=", "!="):
        same = a is b if EMPTY in (a, b) else _key(a, b)[0] == _key(a, b)[1]
        return same is (operator == "=")
    if EMPTY in (a, b):
        return None
    x, y = _key(a, b, until=until)
    if until and isinstance(a, datetime) and type(b) is date:
        return bool(x < y)
    return bool({"<": x < y, "before": x < y, "<=": x <= y, ">": x > y, "after": x > y, ">=": x >= y}[operator])


def _key(a: Any, b: Any, *, until: bool = False) -> tuple[Any, Any]:
    """Make a day comparable with a moment: it is its first moment, or with `until` that of the day after."""
    if isinstance(a, datetime) and type(b) is date:
        return a, _start(b + timedelta(days=1) if until else b)
    if isinstance(b, datetime) and type(a) is date:
        return _start(a), b
    return a, b


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def kind_of(node: ast.Node) -> Kind | None:
    match node:
        case ast.Literal(kind=kind):
            return Kind.DATE if kind is Kind.DATETIME else kind
        case ast.Neg():
            return Kind.NUMBER
        case ast.Add():
            return Kind.DATE if Kind.DURATION in (kind_of(node.left), kind_of(node.right)) else Kind.NUMBER
        case ast.Call(name="coalesce", arguments=arguments):
            return next((kind for kind in map(kind_of, arguments) if kind), None)
        case ast.Call(name=name):
            return Kind.TEXT if name in TEXT_FUNCTIONS else Kind.NUMBER if name in NUMBER_FUNCTIONS else Kind.DATE
    return None


def _value(node: ast.Node, kind: Kind, row: Row) -> object:
    match node:
        case ast.Column(name=name):
            return _read(row[name], kind)
        case ast.Literal(value=str(text)):
            return text.strip() or EMPTY
        case ast.Literal(value=datetime() as moment):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        case ast.Literal(value=value):
            return value
        case ast.Neg(operand=ast.Literal(value=Decimal() as number)):
            return -number
        case ast.Add():
            return _sum(node, row)
        case ast.Call():
            return _call(node, row)
    raise AssertionError(node)


def _sum(node: ast.Add, row: Row) -> object:
    first = kind_of(node) or Kind.NUMBER
    values = [_value(node.left, first, row), _value(node.right, first, row)]
    if ODD in values or EMPTY in values:
        return ODD if ODD in values else EMPTY
    sign = 1 if node.operator == "+" else -1
    try:
        return values[0] + sign * values[1]  # type: ignore[operator]
    except OverflowError:
        return ODD


def _call(node: ast.Call, row: Row) -> object:
    if node.name == "coalesce":
        kind = kind_of(node) or Kind.TEXT
        return next((value for part in node.arguments if (value := _value(part, kind, row)) is not EMPTY), EMPTY)
    if node.name == "today":
        return TODAY
    takes = Kind.TEXT if node.name in TEXT_FUNCTIONS | {"length", "number", "date"} else Kind.DATE
    value = _value(node.arguments[0], takes, row)
    if value is EMPTY or value is ODD:
        return value
    if isinstance(value, str):
        return _of_text(node.name, value)
    assert isinstance(value, date)
    return _of_day(node.name, value.date() if isinstance(value, datetime) else value)


def _of_text(name: str, text: str) -> object:
    match name:
        case "lower":
            return text.lower()
        case "upper":
            return text.upper()
        case "trim":
            return text
        case "length":
            return len(text)
        case "domain" | "local":
            local, at, host = text.rpartition("@")
            return (host.strip().lower() if name == "domain" and at else local.strip()) or EMPTY
        case "number":
            return _read(text, Kind.NUMBER)
    day = _read(text, Kind.DATE)
    return day.date() if isinstance(day, datetime) else day


def _of_day(name: str, day: date) -> object:
    match name:
        case "days_since":
            return (TODAY - day).days
        case "days_until":
            return (day - TODAY).days
        case "weekday":
            return day.weekday() + 1
        case "age":
            return TODAY.year - day.year - (day.strftime("%m%d") > TODAY.strftime("%m%d"))
        case "date":
            return day
    return getattr(day, name)


def _read(cell: str, kind: Kind) -> object:
    text = cell.strip()
    if not text:
        return EMPTY
    if kind is Kind.TEXT:
        return text
    if kind is Kind.YES_NO:
        return (
            True
            if text.lower() in ("true", "yes", "y", "t", "on", "1")
            else (False if text.lower() in ("false", "no", "n", "f", "off", "0") else ODD)
        )
    if kind is Kind.NUMBER:
        digits = re.sub(r"\s", "", text)
        try:
            return Decimal(digits) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", digits) else ODD
        except InvalidOperation:
            return ODD
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z"):
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - a form without an offset is meant in UTC
        except ValueError:
            continue
        if form == "%Y-%m-%d":
            return found.date()
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return ODD
