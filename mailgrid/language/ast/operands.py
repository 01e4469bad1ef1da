"""Operands: what conditions compare, and what statements are told: values, names and calls."""

from dataclasses import field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from mailgrid.language.ast.node import Node
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate, Size
from mailgrid.value import value

__all__ = [
    "Add",
    "Argument",
    "Call",
    "Column",
    "Junk",
    "Kind",
    "List",
    "Literal",
    "Neg",
    "Operand",
    "Tuple",
    "Value",
    "Word",
]

Value = str | bool | Decimal | timedelta | date | datetime | time | Rate | Size | Percent


class Kind(Enum):
    """What a literal, a column or an expression is: its values, in people's words."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes/no"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    LIST = "list"
    TIME = "time"
    RATE = "rate"
    SIZE = "size"
    PERCENT = "percent"


@value
class Literal(Node):
    """A value that is written down. `value` is a str for TEXT, a Decimal for NUMBER, and so on as in `Value`.

    A DATETIME without an offset is naive: it is meant in the campaign's zone.
    """

    kind: Kind
    value: Value


@value
class Column(Node):
    """A name in a condition: a column, or a `let`. `quoted` says that it stood in backticks, so surely a column."""

    name: str
    quoted: bool = False


@value
class Call(Node):
    """`domain(email)`. `name_span` is the name's place alone."""

    name: str
    arguments: "tuple[Operand, ...]"
    name_span: Span = field(compare=False, repr=False)


@value
class Add(Node):
    """`left + right` or `left - right`; `operator` is `+` or `-`."""

    left: "Operand"
    operator: str
    right: "Operand"


@value
class Neg(Node):
    """`- number`."""

    operand: Literal


@value
class Tuple(Node):
    """`("FR", "DE")` after `in`."""

    items: "tuple[Operand, ...]"


@value
class Word(Node):
    """A bare word among a statement's arguments: a name, a driver, a clause word. `quoted`: it stood in backticks."""

    name: str
    quoted: bool = False


@value
class List(Node):
    """`["FR", "DE"]`, the value of a `let` or an argument of a statement."""

    items: "tuple[Argument, ...]"


@value
class Junk(Node):
    """A piece of text that was reported and makes no sense."""


Operand = Literal | Column | Call | Add | Neg
Argument = Literal | Word | Call | List | Junk
