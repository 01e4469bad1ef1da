"""Preheader: the text that mail programs show after the subject, hidden at the start of the HTML."""

import re

from mailgrid.message.template import Template

__all__ = ["Preheader"]

#: Hidden in every way that mail programs know; Outlook goes by `mso-hide` alone.
_STYLE = "display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all"
#: What it stands behind, the best place first: before <html> it would cost the page its doctype.
_PLACES = tuple(
    re.compile(place, re.IGNORECASE)
    for place in (r"<body\b[^>]*>", r"</head\s*>", r"<html\b[^>]*>", r"<!doctype[^>]*>")
)


class Preheader:
    """Puts the text into the HTML of a message.

    Args:
        template: of the text, compiled for HTML, so that values are escaped.
    """

    def __init__(self, template: Template) -> None:
        self._template = template

    def __call__(self, html: str, names: dict[str, object]) -> str:
        """Return the HTML with the text at its start; an empty text leaves it as it is."""
        text = " ".join(self._template(names).split())
        if not text:
            return html
        found = next(filter(None, (place.search(html) for place in _PLACES)), None)
        start = found.end() if found else 0
        return f'{html[:start]}<div style="{_STYLE}">{text}</div>{html[start:]}'
