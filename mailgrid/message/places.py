"""Places: where a template's text writes a name. The engine itself knows lines only."""

import re
from collections.abc import Iterator
from enum import IntEnum

__all__ = ["first_place"]

_TAG = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PIECE = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\W\d]\w*", re.DOTALL)


class Part(IntEnum):
    """What a name is in a template; the lower one is meant where it is several."""

    VARIABLE = 0
    MEMBER = 1  #: as in `row["name"]`
    FILTER = 2


def first_place(source: str, name: str, start: int = 0, end: int | None = None) -> int | None:
    """Return the offset at which `{{ }}` or `{% %}` first uses a name between two offsets; None where none does.

    A variable counts before a member, and that before a filter; options of a call and texts do not count.
    """
    end = len(source) if end is None else end
    found = min(((part, offset) for offset, part in _places(source, name) if start <= offset < end), default=None)
    return found[1] if found else None


#: What stands before a name that is no variable.
_PARTS = {".": Part.MEMBER, "|": Part.FILTER}


def _places(source: str, name: str) -> Iterator[tuple[int, Part]]:
    """Yield each offset at which a tag writes the name, and what it is there."""
    for tag in _TAG.finditer(source):
        if tag[0].startswith("{#"):
            continue
        for piece in _PIECE.finditer(tag[0]):
            before, after = tag[0][: piece.start()].rstrip(), tag[0][piece.end() :].lstrip()
            if piece[0] == name and not re.match(r"=(?!=)", after):
                yield tag.start() + piece.start(), _PARTS.get(before[-1:], Part.VARIABLE)
            elif piece[0][1:-1] == name and before.endswith("["):
                yield tag.start() + piece.start() + 1, Part.MEMBER
