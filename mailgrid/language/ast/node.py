"""Node: anything that stands in a file, with its place; and how to go through what is below it."""

from collections.abc import Iterator
from dataclasses import field, fields

from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Node", "walk"]


@value
class Node:
    """Anything that stands in a file. `span` cuts its exact text out."""

    span: Span = field(compare=False, repr=False)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in the order of the text."""
    yield node
    for spec in fields(node):
        value = getattr(node, spec.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield from walk(child)
