"""A condition as text on one line: what `plan` prints and what messages quote. Parsed again it is the same tree."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from mailgrid.language import ast
from mailgrid.language.values import Percent, Size

__all__ = ["show", "show_name"]

_NAME = re.compile(r"[A-Za-z_]\w*(-\w+)*")
_WORDS = frozenset(
    {"let", "import", "where", "and", "or", "not", "in", "is", "empty", "between", "contains", "starts", "ends", "with"}
    | {"matches", "before", "after", "true", "false"}
)
_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))


def show(node: ast.Node) -> str:
    """Return a condition or an operand on one line, with no more parentheses than it needs."""
    match node:
        case ast.Or(parts=parts):
            return " or ".join(_inside(part, ast.Or) for part in parts)
        case ast.And(parts=parts):
            return " and ".join(_inside(part, ast.Or, ast.And) for part in parts)
        case ast.Not(part=part):
            return f"not {_inside(part, ast.Or, ast.And)}"
        case ast.Segment(name=name):
            return f"in {name}"
        case ast.RuleFile(condition=condition):
            return show(condition)
    return _show_test(node)


def _show_test(node: ast.Node) -> str:
    match node:
        case ast.Compare(left=left, operator=operator, right=right, fold=fold):
            return f"{show(left)} {operator} {show(right)}{_fold(fold)}"
        case ast.Emptiness(value=value, negated=negated):
            return f"{show(value)} is {_not(negated)}empty"
        case ast.Between(value=value, low=low, high=high, negated=negated):
            return f"{show(value)} {_not(negated)}between {show(low)} and {show(high)}"
        case ast.TextTest(left=left, operator=operator, right=right, negated=negated, fold=fold):
            return f"{show(left)} {_not(negated)}{operator} {show(right)}{_fold(fold)}"
        case ast.Among(left=left, choices=choices, negated=negated, fold=fold):
            return f"{show(left)} {_not(negated)}in {show(choices)}{_fold(fold)}"
        case ast.Matches(left=left, pattern=pattern, flags=flags, negated=negated):
            return f"{show(left)} {_not(negated)}matches /{pattern}/{flags}"
    return _show_operand(node)


def _show_operand(node: ast.Node) -> str:
    match node:
        case ast.Literal():
            return _show_literal(node.value)
        case ast.Column(name=name, quoted=quoted):
            return f"`{name}`" if quoted else show_name(name)
        case ast.Word(name=name):
            return name
        case ast.Neg(operand=operand):
            return f"-{show(operand)}"
        case ast.Add(left=left, operator=operator, right=right):
            return f"{show(left)} {operator} {_inside(right, ast.Add)}"
        case ast.Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(show, arguments))})"
        case ast.Tuple(items=items):
            return f"({', '.join(map(show, items))})"
        case ast.List(items=items):
            return f"[{', '.join(map(show, items))}]"
    return node.span.source


def show_name(column: str) -> str:
    """Return a column's name as it is written in a condition: in backticks where it is no plain name."""
    plain = _NAME.fullmatch(column) and column.lower() not in _WORDS
    return column if plain else f"`{column}`"


def _inside(node: ast.Node, *looser: type[ast.Node]) -> str:
    while isinstance(node, ast.RuleFile):
        node = node.condition
    return f"({show(node)})" if isinstance(node, looser) else show(node)


def _not(negated: bool) -> str:  # noqa: FBT001 - a field of the tree
    return "not " if negated else ""


def _fold(fold: bool) -> str:  # noqa: FBT001 - a field of the tree
    return " ignoring case" if fold else ""


def _show_literal(value: ast.Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{"".join(map(_show_character, value))}"'
        case Decimal():
            return f"{value:f}"
        case timedelta():
            return _show_duration(value)
        case datetime():
            exact = "seconds" if value.second else "minutes"
            return value.isoformat(" ", exact).replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Size(octets=octets):
            return f"{octets}B"
        case Percent(value=percent):
            return f"{percent:f}%"
    return str(value)


def _show_character(character: str) -> str:
    plain = character.isprintable() and character not in _ESCAPES
    return character if plain else _ESCAPES.get(character, f"\\u{{{ord(character):X}}}")


def _show_duration(value: timedelta) -> str:
    pieces = []
    for unit, length in _UNITS:
        count, value = divmod(value, length)
        pieces.append(f"{count}{unit}" if count else "")
    if value:
        pieces.append(f"{Decimal(value.microseconds) / 1000:f}ms")
    return "".join(pieces) or "0s"
