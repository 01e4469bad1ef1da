"""Inline: places in a template that stands as a text in the campaign file."""

import re

from mailgrid.language.text import Span
from mailgrid.message.places import first_place

__all__ = ["written_in"]

_ESCAPE = re.compile(r"\\(?:u\{[^}]*\}|.)")


def written_in(literal: Span, name: str, line: int) -> Span | None:
    """Return where a literal's `{{ }}` use a name; None where they do not.

    Args:
        literal: the text as it is written, quotes included.
        name: the name.
        line: the line of the file on which a text of several lines uses it.
    """
    source = literal.source
    start, end = 0, len(source)
    if source.startswith('"""'):
        lines = source.split("\n")
        index = line - literal.line
        if not 0 <= index < len(lines):
            return None
        start = sum(len(each) + 1 for each in lines[:index])
        end = start + len(lines[index])
    elif source.startswith('"'):
        # An escape is no part of a name, though a letter of it may stand right before one.
        source = _ESCAPE.sub(lambda escape: " " * len(escape[0]), source)
    offset = first_place(source, name, start, end)
    if offset is None:
        return None
    return Span(literal.text, literal.start + offset, literal.start + offset + len(name))
