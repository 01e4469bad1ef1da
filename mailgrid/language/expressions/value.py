"""Value: an operand that makes sense, with the Python that computes it."""

from dataclasses import dataclass

from mailgrid.language import ast
from mailgrid.language.ast import Kind

__all__ = ["Value", "a", "family"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """An operand.

    Args:
        node: what was written.
        code: the Python of its value.
        kind: what it is; None is a value without a type, to be read as what it meets.
        raw: whether `code` is a cell as it stands, not read yet.
        unreadable: whether it may turn out UNREADABLE.
        constant: whether it is the same for each row, namely `value`.
        exact: a constant text as it was written, with its blanks.
    """

    node: ast.Operand
    code: str
    kind: Kind | None
    raw: bool = False
    unreadable: bool = False
    constant: bool = False
    value: object = None
    exact: str = ""

    @property
    def is_literal(self) -> bool:
        """Whether it was written down as it is."""
        return isinstance(self.node, ast.Literal | ast.Neg)


def family(kind: Kind | None) -> Kind | None:
    """Return the kind that stands for all that may be compared with each other: days and moments are one."""
    return Kind.DATE if kind is Kind.DATETIME else kind


def a(kind: Kind | None) -> str:
    """Return a kind as people say it: `a number`."""
    return "yes/no" if kind is Kind.YES_NO else f"a {kind.value}" if kind else "a value"
