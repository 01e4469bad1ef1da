"""Maker: makes the Values that the operands of a condition turn into."""

from collections.abc import Callable
from dataclasses import replace

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.cells import UNREADABLE, Cells
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.value import Value, family
from mailgrid.language.expressions.writer import Writer

__all__ = ["Maker"]


class Maker:
    """Makes constants, cells, calls, and readings of them.

    Args:
        writer: where the Python is written.
        cells: how cells are read.
        diagnostics: where operands of a wrong kind are noted.
    """

    def __init__(self, writer: Writer, cells: Cells, diagnostics: Diagnostics) -> None:
        self._writer = writer
        self._cells = cells
        self._diagnostics = diagnostics
        self._names: dict[tuple[Kind, bool], str] = {}

    def constant(self, node: ast.Operand, kind: Kind, value: object, exact: str = "") -> Value:
        """Return a value that is the same for each row."""
        return Value(
            node=node,
            code=self._writer.constant(value),
            kind=kind,
            unreadable=value is UNREADABLE,
            constant=True,
            value=value,
            exact=exact or (value if isinstance(value, str) else ""),
        )

    def apply(
        self,
        node: ast.Operand,
        act: Callable[..., object],
        values: list[Value],
        kind: Kind | None,
        *,
        fallible: bool = False,
    ) -> Value:
        """Return the value of calling `act` for each row, or once where that gives the same.

        `fallible` says that it may be UNREADABLE even if no argument is.
        """
        if kind is not None and all(value.constant for value in values):
            return self.constant(node, kind, act(*(value.value for value in values)))
        arguments = ", ".join(value.code for value in values)
        return Value(
            node=node,
            code=self._writer.shallow(f"{self._writer.constant(act)}({arguments})"),
            kind=kind,
            unreadable=fallible or any(value.unreadable for value in values),
        )

    def wrong_kind(self, node: ast.Node, place: str, wanted: str, kind: str, suggestion: str = "") -> None:
        """Report an operand of the wrong kind: `place` wants something else."""
        self._diagnostics.add(
            "MG308", node.span, place=place, wanted=wanted, found=show(node), kind=kind, suggestion=suggestion
        )

    def cell(self, node: ast.Column, column: str, kind: Kind | None) -> Value:
        """Return a column's cell, not read yet."""
        return Value(node=node, code=self._writer.cell(column), kind=kind, raw=True)

    def read(self, value: Value, kind: Kind) -> Value:
        """Return the value read as `kind`, which is its own or, where it has none, any (a date stands for a moment)."""
        if value.constant and value.kind is not None:
            return value
        if not value.raw and family(value.kind) is kind:
            return value
        unreadable = value.unreadable or kind is not Kind.TEXT
        return replace(value, code=self._code(value, kind), kind=kind, raw=False, unreadable=unreadable)

    def _code(self, value: Value, kind: Kind) -> str:
        other = f"{self._name(kind, texts=False)}({value.code})"
        if not value.raw:
            return other
        # The cells of most sources are texts, and this is cheaper than a call that finds it out.
        text = f"{value.code}.strip()" if kind is Kind.TEXT else f"{self._name(kind, texts=True)}({value.code})"
        return f"({text} if {value.code}.__class__ is str else {other})"

    def _name(self, kind: Kind, *, texts: bool) -> str:
        if (kind, texts) not in self._names:
            reader = self._cells.of_text(kind) if texts else self._cells.of_any(kind)
            self._names[kind, texts] = self._writer.constant(reader)
        return self._names[kind, texts]
