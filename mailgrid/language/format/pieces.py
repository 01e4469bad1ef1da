"""Pieces: a text's tokens with what the lexer leaves out, the comments and the line ends that end no statement."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mailgrid.language.layout import NEWLINE, OPERATORS, Token, layout
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Text

__all__ = ["BREAK", "COMMENT", "CONTINUED", "LINE_ENDS", "Essence", "essence", "pieces", "with_comments"]

#: The type of a comment.
COMMENT = "COMMENT"
#: The type of a line end inside a statement, or on an empty line.
BREAK = "BREAK"
#: The type of a line end that stands after `\`.
CONTINUED = "CONTINUED"

#: Types of pieces after which a new line begins. A statement ends at NEWLINE only.
LINE_ENDS = frozenset({NEWLINE, BREAK, CONTINUED})

_BRACES = frozenset({"LBRACE", "RBRACE"})
_LEFT_OUT = re.compile(r"(?P<CONTINUED>\\\r?\n)|(?P<COMMENT>#[^\n]*)")
# CR CR LF is left alone: where a text holds it, the first CR is part of the text.
_CRLF = re.compile(r"(?<!\r)\r\n")
# These are words of the language wherever they stand; the others are names where they stand among arguments.
_ALWAYS = frozenset({"LET", "IMPORT", "WHERE", "TRUE", "FALSE", "IGNORING_CASE"})
_IN_CONDITIONS = OPERATORS | {"EMPTY"}
_CONDITIONAL = frozenset({"WHERE", "LET"})
_ENDS_OF_CONDITIONS = _BRACES | {NEWLINE}

#: What has to stay the same: the tokens of all statements, and the comments.
Essence = tuple[list[tuple[str, str]], list[str]]


def pieces(text: Text) -> list[Token]:
    """Return the pieces of a text without syntax errors, each `{` on its statement's line, words in lower case."""
    found: list[Token] = []
    for piece in with_comments(text, list(_spelt(_divided(list(tokenize(text)))))):
        if piece.type == "LBRACE":
            found.insert(_end_of_words(found), piece)
        elif piece.type != CONTINUED or (found and found[-1].type != CONTINUED):
            found.append(piece)
    return list(_without_vain_continuations(found))


def essence(text: Text) -> Essence:
    """Return what no change of layout may change."""
    tokens = list(tokenize(text))
    words = [(token.type, "" if token.type == NEWLINE else token.text) for token in _spelt(layout(tokens))]
    return words, [piece.text for piece in with_comments(text, tokens) if piece.type == COMMENT]


def _divided(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tell the line ends that end statements from those that do not."""
    ends = {token.start for token in layout(tokens) if token.type == NEWLINE and token.text}
    for token in tokens:
        yield replace(token, type=BREAK) if token.type == NEWLINE and token.start not in ends else token


def _spelt(tokens: Iterable[Token]) -> Iterator[Token]:
    """Spell words of the language in lower case, and line ends inside texts as LF."""
    in_condition = False
    for token in tokens:
        in_condition = token.type in _CONDITIONAL or (in_condition and token.type not in _ENDS_OF_CONDITIONS)
        if token.type in _ALWAYS or (in_condition and token.type in _IN_CONDITIONS):
            yield replace(token, text=" ".join(token.text.lower().split()))
        elif "\r\n" in token.text:
            yield replace(token, text=_CRLF.sub("\n", token.text))
        else:
            yield token


def with_comments(text: Text, tokens: Sequence[Token]) -> Iterator[Token]:
    """Put what stands between the tokens in its place: comments, and line ends after a backslash."""
    end = 0
    for token in (*tokens, Token("", "", len(text.content), len(text.content))):
        for match in _LEFT_OUT.finditer(text.content, end, token.start):
            yield Token(match.lastgroup or "", match[0].rstrip(), match.start(), match.end())
        if token.type:
            yield token
        end = token.end


def _end_of_words(found: Sequence[Token]) -> int:
    """Return the index after the last piece that is neither a line end nor a comment."""
    at = len(found)
    while at and (found[at - 1].type in LINE_ENDS or found[at - 1].type == COMMENT):
        at -= 1
    return at


def _without_vain_continuations(found: Sequence[Token]) -> Iterator[Token]:
    """Leave out each backslash that does not stand between two words of a statement."""
    for before, piece, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if piece.type != CONTINUED or (_is_word(before) and _is_word(after)):
            yield piece


def _is_word(piece: Token | None) -> bool:
    return piece is not None and piece.type not in LINE_ENDS and piece.type != COMMENT and piece.type not in _BRACES
