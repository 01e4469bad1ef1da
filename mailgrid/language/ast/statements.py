"""Statements: what files and blocks are made of."""

from dataclasses import field

from mailgrid.language.ast.conditions import Expr
from mailgrid.language.ast.node import Node
from mailgrid.language.ast.operands import Argument, Junk, List, Literal, Operand
from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Block", "File", "Import", "Item", "Let", "Statement", "Where"]


@value
class Where(Node):
    """`where condition`; None where the condition was reported as wrong."""

    condition: Expr | None


@value
class Let(Node):
    """`let name = value`; the value is Junk where it was reported as wrong, so that the name is known all the same."""

    name: str
    value: Operand | List | Junk
    name_span: Span = field(compare=False, repr=False)


@value
class Import(Node):
    """`import "path"`."""

    path: Literal


@value
class Block(Node):
    """`{ ... }`."""

    items: "tuple[Item, ...]"


@value
class Statement(Node):
    """`keyword arguments... [where ...] [{ ... }]`."""

    keyword: str
    keyword_span: Span = field(compare=False, repr=False)
    arguments: tuple[Argument, ...] = ()
    where: Where | None = None
    block: Block | None = None


Item = Let | Import | Where | Statement | Junk


@value
class File(Node):
    """A whole file."""

    items: tuple[Item, ...]
