"""The columns of a source and of a condition."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mailgrid import hookspecs
from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.text import Span

__all__ = ["check_header", "columns_of"]


def check_header(columns: Sequence[hookspecs.Column], source: str, span: Span | None = None) -> Diagnostics:
    """Report each name that two columns of a source share.

    Args:
        columns: the source's columns.
        source: how messages call it, like `users.csv`.
        span: where the campaign file names the source.
    """
    diagnostics = Diagnostics()
    for name, times in Counter(column.name for column in columns).items():
        if times > 1:
            diagnostics.add("MG312", span, source=source, found=name)
    return diagnostics


def columns_of(condition: ast.Expr | None, segments: Mapping[str, ast.Expr]) -> tuple[ast.Column, ...]:
    """Return each place where a condition, or a segment that it uses, writes a name that may be a column."""
    return tuple(_columns(condition, segments, set())) if condition else ()


def _columns(condition: ast.Node, segments: Mapping[str, ast.Expr], seen: set[str]) -> Iterator[ast.Column]:
    for node in ast.walk(condition):
        if isinstance(node, ast.Column):
            yield node
        elif isinstance(node, ast.Segment) and node.name in segments and node.name not in seen:
            seen.add(node.name)
            yield from _columns(segments[node.name], segments, seen)
