"""Straight: a template that only puts values into a text, as most do. It is filled without the engine.

Whatever is not plain, a value that is no text or that holds a line end for instance, is left to the engine, which also
knows how to say what is wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from jinja2 import nodes

from mailgrid.message.scope import Record
from mailgrid.value import value

__all__ = ["HOLE", "Form", "Hole", "Straight", "member_of", "straight"]

#: Stands in a skeleton for a value.
HOLE = "\ue000"
#: Longer values are the engine's, which counts what a template may print.
_LONG = 1 << 12
#: What is written for the characters that HTML gives a meaning to, as the engine writes them.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"})


@value
class Hole:
    """Where a value stands: the name of a column, or of a record and a member; what stands there if it is blank."""

    name: str
    member: str | None = None
    default: str | None = None

    def value(self, names: Mapping[str, object]) -> str | None:
        """Return the text for this place; None where only the engine knows it."""
        value = names.get(self.name)
        if self.member is not None:
            value = value[self.member] if type(value) is Record and self.member in value else None
        if self.default is not None and (value is None or (type(value) is str and not value.strip())):
            value = self.default
        if type(value) is int:
            value = str(value)
        return value if type(value) is str and len(value) < _LONG and value.isprintable() else None


@value
class Straight:
    """A text with a HOLE for each value; whether the values are escaped for HTML."""

    skeleton: str
    holes: tuple[Hole, ...]
    escaped: bool = False


class Form:
    """Fills a straight template.

    Args:
        straight: the template.
    """

    def __init__(self, straight: Straight) -> None:
        self._holes = tuple(dict.fromkeys(straight.holes))
        self._escaped = straight.escaped
        literals = straight.skeleton.split(HOLE)
        #: The text between the values.
        self.literals = tuple(literals)
        self.pick = _picking(len(literals), [self._holes.index(hole) for hole in straight.holes])

    def __call__(self, names: Mapping[str, object]) -> str | None:
        """Return the text for these names; None where the engine has to see to one of them."""
        values = self.values(names)
        return None if values is None else "".join(self.pick((*self.literals, *values)))

    def values(self, names: Mapping[str, object]) -> list[str] | None:
        """Return the values, each once and as it is to stand in the text; None where one is the engine's."""
        values = []
        for hole in self._holes:
            value = hole.value(names)
            if value is None:
                return None
            values.append(value.translate(_ESCAPES) if self._escaped and not value.isalnum() else value)
        return values


def _picking(literals: int, values: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what picks the pieces of a text, in order, out of its literals and the values behind them."""
    order = [0]
    for literal, place in enumerate(values, 1):
        order += [literals + place, literal]
    return itemgetter(*order) if values else itemgetter(slice(1))


def straight(tree: nodes.Template, *, escaped: bool) -> Straight | None:
    """Return a template as a text with holes; None where it is more than that."""
    pieces: list[str] = []
    holes: list[Hole] = []
    for output in tree.body:
        for node in output.nodes if isinstance(output, nodes.Output) else (output,):
            if isinstance(node, nodes.TemplateData) and HOLE not in node.data:
                pieces.append(node.data)
            elif isinstance(node, nodes.Expr) and (hole := _hole(node)):
                pieces.append(HOLE)
                holes.append(hole)
            else:
                return None
    return Straight("".join(pieces), tuple(holes), escaped)


def _hole(node: nodes.Expr) -> Hole | None:
    """Return what `{{ name }}`, `{{ record.name }}` or one of them with a `default` stands for; else None."""
    if isinstance(node, nodes.Filter) and node.node and node.name in {"d", "default"} and not node.kwargs:
        inner, default = _hole(node.node), node.args[0] if len(node.args) == 1 else None
        if inner and inner.default is None and isinstance(default, nodes.Const) and type(default.value) is str:
            return replace(inner, default=default.value)
        return None
    if isinstance(node, nodes.Name):
        return None if node.name == "self" else Hole(node.name)
    owner, member = member_of(node)
    return None if owner is None or member.startswith("_") else Hole(owner.name, member)


def member_of(node: nodes.Expr) -> tuple[nodes.Name | None, str]:
    """Return the record and the name in `record.name` or `record["name"]`; None where it is something else."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return node.node, node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
        return node.node, str(node.arg.value)
    return None, ""
