"""Places: where a template's text writes a name. The engine itself knows lines only."""

import re
from collections.abc import Iterator

__all__ = ["first_place"]

_TAG = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PIECE = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\W\d]\w*", re.DOTALL)


def first_place(source: str, name: str, start: int = 0, end: int | None = None) -> int | None:
    """Return the offset at which `{{ }}` or `{% %}` first uses a name between two offsets; None where none does.

    A variable counts before a member, as in `row["name"]`; filters, options of a call and texts do not count.
    """
    end = len(source) if end is None else end
    members = None
    for offset, is_variable in _places(source, name):
        if start <= offset < end:
            if is_variable:
                return offset
            members = offset if members is None else members
    return members


def _places(source: str, name: str) -> Iterator[tuple[int, bool]]:
    """Yield each offset at which a tag writes the name, and whether it is a variable there."""
    for tag in _TAG.finditer(source):
        if tag[0].startswith("{#"):
            continue
        for piece in _PIECE.finditer(tag[0]):
            before, after = tag[0][: piece.start()].rstrip(), tag[0][piece.end() :].lstrip()
            if piece[0] == name and not before.endswith("|") and not re.match(r"=(?!=)", after):
                yield tag.start() + piece.start(), not before.endswith(".")
            elif piece[0][1:-1] == name and before.endswith("["):
                yield tag.start() + piece.start() + 1, False
