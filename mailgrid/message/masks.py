"""Masks: stand in HTML for the tags of a template while programs that know nothing of templates work on it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mailgrid.errors import TemplateError
from mailgrid.message.pieces import Piece

__all__ = ["Masks"]

#: What may hold a word, but no comment: comments, elements whose content is no HTML, and tags themselves.
_SOLID = re.compile(
    r"<!--.*?-->"
    r"|<(?P<name>style|script|title|textarea|mj-style|mj-title|mj-preview)\b.*?</(?P=name)\s*>"
    r"""|<[a-z/!?](?:"[^"]*"|'[^']*'|[^'">])*>""",
    re.DOTALL | re.IGNORECASE,
)


class Masks:
    """Takes the tags out of a template, and puts them in again.

    In a text a comment stands for a tag, which may stand everywhere, between the rows of a table too; inside of an
    element's own brackets, or where HTML has no comments, a word.

    Args:
        pieces: the template.
        what: what is done to it, for messages: `the styles are put into elements`.
    """

    def __init__(self, pieces: Sequence[Piece], what: str) -> None:
        self._pieces = pieces
        self._what = what
        letters = "qz"
        text = "".join(piece.text for piece in pieces).lower()
        while letters in text:
            letters += "z"
        self._letters = f"{letters}q"
        word = rf"{self._letters}(\d+)q"
        self._word = re.compile(word)
        # A word that stands for itself among attributes comes back from a parser as `word=""`.
        valued = any(after.text.startswith("=") for tag, after in pairwise(pieces) if tag.is_tag)
        bare = word if valued else rf'{word}(?:=""(?=[\s>/]))?'
        self._any = re.compile(rf"<!--:{word}:-->|{bare}", re.IGNORECASE)

    @property
    def words(self) -> str:
        """The text with a word for each tag."""
        return "".join(
            f"{self._letters}{number}q" if piece.is_tag else piece.text for number, piece in enumerate(self._pieces)
        )

    @property
    def html(self) -> str:
        """The text with a comment for each tag, where there may be one, else a word."""
        parts, end, text = [], 0, self.words
        for solid in _SOLID.finditer(text):
            parts += [self.commented(text[end : solid.start()]), solid[0]]
            end = solid.end()
        return "".join([*parts, self.commented(text[end:])])

    def commented(self, text: str) -> str:
        """Return a text with comments in place of words."""
        return self._word.sub(r"<!--:\g<0>:-->", text)

    def tag(self, text: str) -> Piece | None:
        """Return the tag for which a text is the word; None where it is something else."""
        found = self._word.fullmatch(text)
        return self._pieces[int(found[1])] if found else None

    def place(self, text: str, offset: int) -> tuple[str, int]:
        """Return the template and the line of what stands at an offset of `words` or `html`."""
        before = [int(found[1]) for found in self._word.finditer(text, 0, offset)]
        if not before:
            first = self._pieces[0]
            return first.template, first.line + text.count("\n", 0, offset)
        piece = self._pieces[before[-1]]
        last = text.rfind(f"{self._letters}{before[-1]}q", 0, offset)
        return piece.template, piece.line + piece.text.count("\n") + text.count("\n", last, offset)

    def pieces(self, text: str, *, once: bool = True) -> list[Piece]:
        """Return the pieces of a text in which words and comments stand for tags.

        Args:
            text: what became of it.
            once: whether no `{% %}` may stand there twice.

        Raises:
            TemplateError: a `{% %}` is lost, or not where it was among the others; it knows which.
        """
        found = list(self._split(text))
        steering = [number for number, piece in found if number is not None and piece.steers]
        wanted = [number for number, piece in enumerate(self._pieces) if piece.is_tag and piece.steers]
        if steering != wanted and (once or list(dict.fromkeys(steering)) != wanted):
            self._refuse(steering, wanted)
        return [piece for _, piece in found]

    def _split(self, text: str) -> Iterator[tuple[int | None, Piece]]:
        template, line, end = self._pieces[0].template, self._pieces[0].line, 0
        for match in self._any.finditer(text):
            if match.start() > end:
                yield None, Piece(text[end : match.start()], template, line)
            number = int(match[1] or match[2])
            piece = self._pieces[number]
            yield number, piece
            template, line, end = piece.template, piece.line + piece.text.count("\n"), match.end()
        if end < len(text):
            yield None, Piece(text[end:], template, line)

    def _refuse(self, found: Sequence[int], wanted: Sequence[int]) -> None:
        lost = next((each for each in wanted if each not in found), None)
        moved = next((each for each, other in zip(wanted, found, strict=False) if each != other), wanted[-1])
        piece = self._pieces[moved if lost is None else lost]
        raise TemplateError(
            f"this `{{% {piece.keyword} %}}` cannot stay where it is while {self._what}",
            hint="put it around whole elements, or inside the quotes of an attribute",
            template=piece.template,
            line=piece.line,
        )
