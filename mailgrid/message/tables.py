"""Tables: those of an HTML template that hold data, set in columns for its plain text, where the extra `html` is."""

import re
from html import escape

__all__ = ["in_columns"]

#: A table with headings and without another one in it.
_TABLE = re.compile(r"<table\b(?:(?!</?table\b).)*<th\b(?:(?!</?table\b).)*</table\s*>", re.DOTALL | re.IGNORECASE)
#: How wide a column gets is known only where everybody has the same; and links and pictures are written elsewhere.
_OTHER = re.compile(r"\{[{%#]|<(?:a|img)\b", re.IGNORECASE)


def in_columns(source: str) -> str:
    """Return HTML in which such tables are text already; the same where inscriptis is not installed."""
    return _TABLE.sub(lambda table: table[0] if _OTHER.search(table[0]) else _set(table[0]), source)


def _set(table: str) -> str:
    try:
        from inscriptis import get_text
    except ImportError:
        return table
    lines = (line.rstrip() for line in get_text(table).strip("\n").splitlines())
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
