"""Conditions: what a `where` asks of a row."""

from dataclasses import field

from mailgrid.language.ast.node import Node
from mailgrid.language.ast.operands import Call, Column, List, Literal, Operand, Tuple
from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = [
    "Among",
    "And",
    "Between",
    "Compare",
    "Emptiness",
    "Expr",
    "Matches",
    "Not",
    "Or",
    "RuleFile",
    "Segment",
    "TextTest",
]


@value
class Or(Node):
    """Yes when any part is."""

    parts: "tuple[Expr, ...]"


@value
class And(Node):
    """Yes when every part is."""

    parts: "tuple[Expr, ...]"


@value
class Not(Node):
    """The opposite; unknown stays unknown."""

    part: "Expr"


@value
class Compare(Node):
    """`left operator right`; `operator` is one of = != < <= > >= before after. `fold`: `ignoring case` was said."""

    left: Operand
    operator: str
    right: Operand
    fold: bool = False


@value
class TextTest(Node):
    """`left [not] operator right`; `operator` is one of `contains`, `starts with`, `ends with`."""

    left: Operand
    operator: str
    right: Operand
    negated: bool = False
    fold: bool = False


@value
class Matches(Node):
    """`left [not] matches /pattern/flags`; the pattern as it stands between the slashes, flags of `ims`."""

    left: Operand
    pattern: str
    flags: str
    pattern_span: Span = field(compare=False, repr=False)
    negated: bool = False


@value
class Among(Node):
    """`left [not] in choices`: a tuple, a list, a call like `lines("f")`, or the name of a `let` or a source."""

    left: Operand
    choices: Tuple | List | Call | Column
    negated: bool = False
    fold: bool = False


@value
class Between(Node):
    """`value [not] between low and high`, both ends included."""

    value: Operand
    low: Operand
    high: Operand
    negated: bool = False


@value
class Emptiness(Node):
    """`value is [not] empty`."""

    value: Operand
    negated: bool = False


@value
class Segment(Node):
    """`in NAME`: the condition of that segment."""

    name: str
    name_span: Span = field(compare=False, repr=False)


@value
class RuleFile(Node):
    """`rules("file.json")`, with the condition that the file holds; the parser leaves it a Call."""

    path: Literal
    condition: "Expr"


Expr = Or | And | Not | Compare | TextTest | Matches | Among | Between | Emptiness | Segment | RuleFile | Operand
