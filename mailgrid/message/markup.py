"""Markup: from what an author wrote, in whatever form, to the HTML that is filled for each recipient. Done once."""

from collections.abc import Sequence
from pathlib import PurePath

from mailgrid.errors import TemplateError
from mailgrid.message.content_id import shown, with_ids
from mailgrid.message.pieces import Made, Piece, joined
from mailgrid.message.spec import Form, Words
from mailgrid.message.styles import can_inline, has_styles, inlined
from mailgrid.message.template import Engine
from mailgrid.message.whole import Whole
from mailgrid.value import value

__all__ = ["Markup"]

_REWRITTEN = frozenset({"extends", "include"})


@value
class Markup:
    """What was made of an author's template.

    Args:
        html: what is filled; None: the template as it is written.
        plain: the HTML that the plain text is made of.
        shown: the pictures that it shows.
        bare: whether it has styles that stay where they are, for css-inline is not installed.
    """

    html: Made | None
    plain: str
    shown: frozenset[str]
    bare: bool = False

    @classmethod
    def of(
        cls, words: Words, engine: Engine, pictures: frozenset[str], seed: str, *, inlining: bool = True
    ) -> "Markup":
        """Make it.

        Args:
            words: the template.
            engine: reads it, and what it includes.
            pictures: the names of those that are in the message.
            seed: what identifiers are made from.
            inlining: whether styles are put into the elements.

        Raises:
            TemplateError: it cannot be made; it knows the line.
        """
        written = engine.pieces(words.text, words.name, words.first_line)
        pieces = _in_html(written, words.form, engine)
        names = _checked(pieces, pictures)
        styled = inlining and has_styles(pieces)
        ready = inlined(pieces) if styled and can_inline() else pieces
        if names:
            ready = [_with_ids(piece, seed) for piece in ready]
        plain = words.text if pieces is written else joined(pieces).text
        return cls(None if ready is written else joined(ready), plain, names, styled and not can_inline())


def _in_html(pieces: list[Piece], form: Form, engine: Engine) -> list[Piece]:
    """Return the pieces of the whole page; the same where nothing had to be done."""
    from mailgrid.message.markdown import from_markdown, page
    from mailgrid.message.mjml import from_mjml

    if not pieces:
        return pieces
    if form is Form.MARKDOWN:
        pieces = from_markdown(pieces)
    if any(piece.keyword in _REWRITTEN for piece in pieces):

        def load(name: str) -> Sequence[Piece] | None:
            text = engine.read(name)
            if text is None:
                return None
            found = engine.pieces(text, name)
            return from_markdown(found) if PurePath(name).suffix in Form.MARKDOWN.suffixes else found

        pieces = Whole(load)(pieces)
    if form is Form.MARKDOWN:
        return page(pieces)
    return from_mjml(pieces) if form is Form.MJML else pieces


def _checked(pieces: Sequence[Piece], pictures: frozenset[str]) -> frozenset[str]:
    """Return the names of the pictures that are shown, each of which has to be in the message."""
    names = set()
    for piece in pieces:
        for name, place in shown("" if piece.is_tag else piece.text):
            names.add(name)
            if name not in pictures:
                raise TemplateError(
                    f"`cid:{name}` shows a picture that is not in the message",
                    hint=f'put it there: inline "FILE" as {name}',
                    code="MG507",
                    template=piece.template,
                    line=piece.line + piece.text.count("\n", 0, place),
                )
    return frozenset(names)


def _with_ids(piece: Piece, seed: str) -> Piece:
    return piece if piece.is_tag else Piece(with_ids(piece.text, seed), piece.template, piece.line)
