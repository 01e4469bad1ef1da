"""The tree of one file: what was written, with its place, before anybody asks whether it makes sense.

Classes are named like the grammar's rules. A tree may hold Junk where the text made no sense; the parser has
reported it, and whoever walks the tree passes it by. Spans do not take part in comparing, so two texts that
differ in layout only have equal trees. The checker makes a Campaign of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate, Size

__all__ = [
    "Add",
    "Among",
    "And",
    "Argument",
    "Between",
    "Block",
    "Call",
    "Column",
    "Compare",
    "Emptiness",
    "Expr",
    "File",
    "Import",
    "Item",
    "Junk",
    "Kind",
    "Let",
    "List",
    "Literal",
    "Matches",
    "Neg",
    "Node",
    "Not",
    "Operand",
    "Or",
    "RuleFile",
    "Segment",
    "Statement",
    "TextTest",
    "Tuple",
    "Value",
    "Where",
    "Word",
    "walk",
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


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands in a file. `span` cuts its exact text out."""

    span: Span = field(compare=False, repr=False)


# ---- operands ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that is written down. `value` is a str for TEXT, a Decimal for NUMBER, and so on as in `Value`.

    A DATETIME without an offset is naive: it is meant in the campaign's zone.
    """

    kind: Kind
    value: Value


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A name in a condition: a column, or a `let`. `quoted` says that it stood in backticks, so surely a column."""

    name: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`domain(email)`. `name_span` is the name's place alone."""

    name: str
    arguments: "tuple[Operand, ...]"
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Add(Node):
    """`left + right` or `left - right`; `operator` is `+` or `-`."""

    left: "Operand"
    operator: str
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Neg(Node):
    """`- number`."""

    operand: Literal


@dataclass(frozen=True, slots=True)
class List(Node):
    """`["FR", "DE"]`, the value of a `let` or an argument of a statement."""

    items: "tuple[Argument, ...]"


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    """`("FR", "DE")` after `in`."""

    items: "tuple[Operand, ...]"


Operand = Literal | Column | Call | Add | Neg

# ---- conditions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Yes when any part is."""

    parts: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class And(Node):
    """Yes when every part is."""

    parts: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite; unknown stays unknown."""

    part: "Expr"


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left operator right`; `operator` is one of = != < <= > >= before after. `fold`: `ignoring case` was said."""

    left: Operand
    operator: str
    right: Operand
    fold: bool = False


@dataclass(frozen=True, slots=True)
class TextTest(Node):
    """`left [not] operator right`; `operator` is one of `contains`, `starts with`, `ends with`."""

    left: Operand
    operator: str
    right: Operand
    negated: bool = False
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Matches(Node):
    """`left [not] matches /pattern/flags`; the pattern as it stands between the slashes, flags of `ims`."""

    left: Operand
    pattern: str
    flags: str
    pattern_span: Span = field(compare=False, repr=False)
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`left [not] in choices`: a tuple, a list, a call like `lines("f")`, or the name of a `let` or a source."""

    left: Operand
    choices: Tuple | List | Call | Column
    negated: bool = False
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value [not] between low and high`, both ends included."""

    value: Operand
    low: Operand
    high: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Emptiness(Node):
    """`value is [not] empty`."""

    value: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Segment(Node):
    """`in NAME`: the condition of that segment."""

    name: str
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RuleFile(Node):
    """`rules("file.json")`, with the condition that the file holds; the parser leaves it a Call."""

    path: Literal
    condition: "Expr"


Expr = Or | And | Not | Compare | TextTest | Matches | Among | Between | Emptiness | Segment | RuleFile | Operand

# ---- statements ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A bare word among a statement's arguments: a name, a driver, a clause word. `quoted`: it stood in backticks."""

    name: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Junk(Node):
    """A piece of text that was reported and makes no sense."""


Argument = Literal | Word | Call | List | Junk


@dataclass(frozen=True, slots=True)
class Where(Node):
    """`where condition`; None where the condition was reported as wrong."""

    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`let name = value`; the value is Junk where it was reported as wrong, so that the name is known all the same."""

    name: str
    value: Operand | List | Junk
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Import(Node):
    """`import "path"`."""

    path: Literal


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`{ ... }`."""

    items: "tuple[Item, ...]"


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """`keyword arguments... [where ...] [{ ... }]`."""

    keyword: str
    keyword_span: Span = field(compare=False, repr=False)
    arguments: tuple[Argument, ...] = ()
    where: Where | None = None
    block: Block | None = None


Item = Let | Import | Where | Statement | Junk


@dataclass(frozen=True, slots=True)
class File(Node):
    """A whole file."""

    items: tuple[Item, ...]


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in the order of the text."""
    yield node
    for spec in fields(node):
        value = getattr(node, spec.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield from walk(child)
