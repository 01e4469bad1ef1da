"""Styles: what `<style>` says is put into the elements themselves, for mail programs that look nowhere else."""

import re
from collections.abc import Sequence

from mailgrid.errors import TemplateError
from mailgrid.message.masks import Masks
from mailgrid.message.pieces import Piece

__all__ = ["can_inline", "has_styles", "inlined"]

_STYLE = re.compile(r"<style\b(?![^>]*\bdata-css-inline\s*=\s*[\"']?ignore)", re.IGNORECASE)
_WHOLE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_BODIES = re.compile(r"</?tbody>")
_EMPTY = re.compile(r"\s*<style[^>]*>\s*</style>")


def has_styles(pieces: Sequence[Piece]) -> bool:
    """Say whether there is a `<style>` that is to be put into elements."""
    return any(_STYLE.search(piece.text) for piece in pieces if not piece.is_tag)


def can_inline() -> bool:
    """Say whether css-inline is installed."""
    try:
        import css_inline
    except ImportError:
        return False
    return bool(css_inline)


def inlined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with styles in the elements. What cannot be there, like `@media` and `:hover`, stays.

    Nothing is fetched: `<link rel="stylesheet">` stays as it is.

    Raises:
        TemplateError: a style cannot be read, or a `{% %}` is among the attributes of an element.
    """
    from css_inline import CSSInliner, InlineError

    masks = Masks(pieces, "styles are put into the elements")
    inliner = CSSInliner(
        keep_style_tags=True,
        keep_link_tags=True,
        keep_at_rules=True,
        remove_inlined_selectors=True,
        load_remote_stylesheets=False,
    )
    text = masks.html
    try:
        html = inliner.inline(text) if _WHOLE.search(text) else inliner.inline_fragment(text, "")
    except (InlineError, ValueError) as error:
        template = pieces[0].template
        hint = 'put them right, or leave them as they are: <style data-css-inline="ignore">'
        raise TemplateError(f"the styles cannot be read: {error}".rstrip("."), hint=hint, template=template) from None
    # The parser puts rows into a <tbody>, which would begin inside of a loop around them, and end outside.
    html = html if "<tbody" in text.lower() else _BODIES.sub("", html)
    return masks.pieces(_EMPTY.sub("", html))
