"""YAML with places: its lists, mappings and plain values; nothing in a file is ever made into an object.

The only module that knows PyYAML, which is imported when the first such file is read.
"""

import re
from decimal import Decimal
from typing import Any, Protocol

from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.marked import Malformed, Marked, Members, number
from mailgrid.language.text import Span, Text

__all__ = ["read_yaml"]

_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")}
#: What a value without quotes is: YAML 1.2's core schema, in which `no` is a text and not a truth.
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?", re.ASCII)
_TOO_DEEP = "it is nested too deep"


def read_yaml(text: Text) -> Marked:
    """Read a text that is one YAML document.

    Raises:
        Malformed: it is not, or it uses what no rule file needs: tags and aliases.
        ModuleNotFoundError: PyYAML is not installed.
    """
    import yaml

    try:
        # The base loader resolves no tags, and composing makes no objects.
        node = yaml.compose(text.content, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise _malformed(text, error) from None
    except RecursionError:
        raise Malformed(Span(text, 0, 0), _TOO_DEEP) from None
    if node is None:
        raise Malformed(Span(text, 0, 0), "it is empty")
    return _Nodes(text).marked(node, 0)


def _malformed(text: Text, error: Exception) -> Malformed:
    mark = getattr(error, "problem_mark", None)
    place = mark.index if mark else getattr(error, "position", 0)
    # Some of PyYAML's errors call it `problem`, one `reason`.
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    end = min(place + 1, len(text.content))
    return Malformed(Span(text, min(place, end), end), str(reason))


class _Node(Protocol):
    """What PyYAML composes; it has no types of its own. `value` is a text, a list of nodes or one of pairs."""

    id: str
    tag: str
    style: str | None
    value: Any
    start_mark: Any
    end_mark: Any


class _Nodes:
    """Makes Marked values of PyYAML's nodes."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._seen: set[int] = set()

    def marked(self, node: _Node, depth: int) -> Marked:
        span = Span(self._text, node.start_mark.index, node.end_mark.index)
        if id(node) in self._seen:
            raise Malformed(span, "an alias (`*name`) is used; write the value out")
        self._seen.add(id(node))
        if node.tag not in _TAGS:
            raise Malformed(span, f"the tag `{node.tag}` is used")
        if depth > MAX_DEPTH:
            raise Malformed(span, _TOO_DEEP)
        if node.id == "scalar":
            return Marked(span, self._scalar(node, span))
        if node.id == "sequence":
            return Marked(span, tuple(self.marked(each, depth + 1) for each in node.value))
        pairs = ((self.marked(key, depth + 1), self.marked(value, depth + 1)) for key, value in node.value)
        return Marked(span, Members(tuple(pairs)))

    @staticmethod
    def _scalar(node: _Node, span: Span) -> str | Decimal | bool | None:
        written: str = node.value
        if node.style is not None:
            return written
        if written.lower() in _WORDS:
            return _WORDS[written.lower()]
        return number(written.removeprefix("+"), span) if _NUMBER.fullmatch(written) else written
