"""The tree of one file: what was written, with its place, before anybody asks whether it makes sense.

Classes are named like the grammar's rules. A tree may hold Junk where the text made no sense; the parser has
reported it, and whoever walks the tree passes it by. Spans do not take part in comparing, so two texts that
differ in layout only have equal trees. The checker makes a Campaign of it.
"""

from mailgrid.language.ast.conditions import (
    Among,
    And,
    Between,
    Compare,
    Emptiness,
    Expr,
    Matches,
    Not,
    Or,
    RuleFile,
    Segment,
    TextTest,
)
from mailgrid.language.ast.node import Node, walk
from mailgrid.language.ast.operands import (
    Add,
    Argument,
    Call,
    Column,
    Junk,
    Kind,
    List,
    Literal,
    Neg,
    Operand,
    Tuple,
    Value,
    Word,
)
from mailgrid.language.ast.statements import Block, File, Import, Item, Let, Statement, Where

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
