"""A tree as text: one line a node, its class, what its span cuts out, and its plain fields."""

from dataclasses import fields

from mailgrid.language.ast import Node
from mailgrid.language.text import Span

_LONGEST = 64


def dump(node: Node, depth: int = 0) -> str:
    plain: list[str] = []
    children: list[Node] = []
    for spec in fields(node):
        value = getattr(node, spec.name)
        if isinstance(value, tuple):
            children += value
        elif isinstance(value, Node):
            children.append(value)
        elif isinstance(value, Span):
            if spec.name != "span":
                plain.append(f"{spec.name}={_cut(value)}")
        elif value is not None and (value is not False or spec.name == "value"):
            plain.append(f"{spec.name}={value!r}")
    line = " ".join(["  " * depth + type(node).__name__, _cut(node.span), *plain])
    return "\n".join([line, *(dump(child, depth + 1) for child in children)])


def _cut(span: Span) -> str:
    source = span.source
    if len(source) > _LONGEST:
        source = f"{source[: _LONGEST // 2]} ... {source[-_LONGEST // 4 :]}"
    return f"<{source.encode('unicode_escape').decode()}>"
