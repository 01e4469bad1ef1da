"""Whole: a template with all that it extends and includes, put together before anything is filled in."""

import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Sequence

from mailgrid.errors import TemplateError
from mailgrid.message.pieces import Piece
from mailgrid.message.reading import not_found

__all__ = ["Whole"]

_INCLUDED = re.compile(r"(?P<names>.+?)(?P<ignore>\s+ignore\s+missing)?(?:\s+with(?:out)?\s+context)?", re.DOTALL)
_SUPER = re.compile(r"\{\{[-+]?\s*super\s*\(\s*\)\s*[-+]?\}\}")
#: What keeps names to itself in the engine, and has to do so here.
_BINDING = frozenset({"macro", "set"})
_Blocks = dict[str, list[list[Piece]]]
_Load = Callable[[str], Sequence[Piece] | None]


class Whole:
    """Puts templates together, as the engine would while it fills them.

    Args:
        load: returns the pieces of a file; None where there is none of that name.
    """

    def __init__(self, load: _Load) -> None:
        self._load = load

    def __call__(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Return a template that extends and includes nothing any more.

        Raises:
            TemplateError: a file is not there, or `extends` does not stand first.
        """
        blocks: _Blocks = {}
        before: list[Piece] = []
        while (name := _extended(pieces)) is not None:
            before = [*_bindings(pieces), *before]
            _collect(pieces, blocks)
            pieces = self._of(name, pieces)
        return [*before, *self._expanded(pieces, blocks, [])]

    def _expanded(self, pieces: Sequence[Piece], blocks: _Blocks, above: Sequence[list[Piece]]) -> Iterator[Piece]:
        """Yield pieces with the content of their blocks and includes; `above` is what `super()` stands for."""
        number = 0
        while number < len(pieces):
            piece, end = pieces[number], number
            if piece.keyword == "block":
                end = _end(pieces, number)
                bodies = [*blocks.get(_name(piece), ()), list(pieces[number + 1 : end])]
                yield from _kept_apart(piece, list(self._expanded(bodies[0], blocks, bodies[1:])))
            elif piece.keyword == "include":
                yield from _kept_apart(piece, list(self._included(piece)))
            elif above and piece.is_tag and _SUPER.match(piece.text):
                yield from self._expanded(above[0], blocks, above[1:])
            else:
                yield piece
            number = end + 1

    def _included(self, piece: Piece) -> Iterator[Piece]:
        found = _INCLUDED.fullmatch(piece.rest)
        names = literal_eval(found["names"]) if found else ()
        for name in [names] if isinstance(names, str) else names:
            if (pieces := self._load(name)) is not None:
                yield from self(pieces)
                return
        if not (found and found["ignore"]):
            raise not_found(names, piece.template, piece.line)

    def _of(self, name: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
        found = self._load(name)
        if found is None:
            tag = next(piece for piece in pieces if piece.keyword == "extends")
            raise not_found(name, tag.template, tag.line)
        return found


def _extended(pieces: Sequence[Piece]) -> str | None:
    """Return the name of the file that a template extends."""
    extends = next((piece for piece in pieces if piece.keyword == "extends"), None)
    if extends is None:
        return None
    if next(piece for piece in pieces if piece.is_tag and not piece.text.startswith("{#")) is not extends:
        message = "`extends` has to be the first tag of a template"
        raise TemplateError(message, template=extends.template, line=extends.line)
    return str(literal_eval(extends.rest))


def _collect(pieces: Sequence[Piece], blocks: _Blocks) -> None:
    """Note the blocks of a template, after those of the templates that extend it."""
    for number, piece in enumerate(pieces):
        if piece.keyword == "block":
            blocks.setdefault(_name(piece), []).append(list(pieces[number + 1 : _end(pieces, number)]))


def _bindings(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield what a template says outside of its blocks and that counts although it extends another: names."""
    number = 0
    while number < len(pieces):
        piece, end = pieces[number], number
        if piece.keyword == "block":
            end = _end(pieces, number)
        elif piece.keyword == "macro" or (piece.keyword == "set" and "=" not in piece.rest):
            end = _end(pieces, number)
            yield from pieces[number : end + 1]
        elif piece.keyword == "set":
            yield piece
        number = end + 1


def _end(pieces: Sequence[Piece], start: int) -> int:
    """Return where the tag stands that ends the one at `start`."""
    keyword, depth = pieces[start].keyword, 0
    for number in range(start, len(pieces)):
        if pieces[number].keyword == keyword and not (keyword == "set" and "=" in pieces[number].rest):
            depth += 1
        depth -= pieces[number].keyword == f"end{keyword}"
        if not depth:
            return number
    return len(pieces)


def _name(block: Piece) -> str:
    return block.rest.split()[0]


def _kept_apart(piece: Piece, body: Sequence[Piece]) -> Iterator[Piece]:
    """Yield a part in whose place names may be bound that are nobody else's."""
    apart = any(each.keyword in _BINDING for each in body)
    if apart:
        yield Piece("{% with %}", piece.template, piece.line, is_tag=True)
    yield from body
    if apart:
        yield Piece("{% endwith %}", piece.template, piece.line, is_tag=True)
