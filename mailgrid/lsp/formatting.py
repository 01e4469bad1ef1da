"""Formatting: what `mailgrid fmt` does, as a change in the editor."""

from lsprotocol import types

from mailgrid.errors import MailgridError
from mailgrid.language.format.canonical import format_text
from mailgrid.language.text import Span
from mailgrid.lsp.view import View

__all__ = ["formatting"]


def formatting(view: View, _params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """Return the change that lays the file out; none where it is laid out well, or has mistakes of syntax."""
    text = view.document.text
    try:
        content = format_text(text)
    except MailgridError:
        return []
    if content == text.content:
        return []
    return [types.TextEdit(view.range(Span(text, 0, len(text.content))), content)]
