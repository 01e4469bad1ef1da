"""A lexer for Pygments, which colours campaign files in documentation. It needs the extra `highlight`.

The tokens are our own; Pygments' kinds follow from their scopes.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

from mailgrid.language.format.pieces import COMMENT, with_comments
from mailgrid.language.highlight import FUNCTION, SCOPES, SETTING, TEMPLATE
from mailgrid.language.layout import NEWLINE, Token, layout
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Text

__all__ = ["MailgridLexer"]

# The first that a scope begins with.
_KINDS = {
    SETTING: Name.Tag,
    FUNCTION: Name.Function,
    TEMPLATE: String.Interpol,
    "comment": Comment.Single,
    "string.regexp": String.Regex,
    "string.quoted.double": String.Double,
    "string.quoted.single": String.Single,
    "string": String,
    "constant.numeric": Number,
    "constant.other.date": Literal.Date,
    "constant.language": Keyword.Constant,
    "keyword.operator.word": Operator.Word,
    "keyword.operator": Operator,
    "keyword": Keyword,
    "variable.other.column": Name.Variable,
    "variable": Name,
    "punctuation": Punctuation,
    "invalid": Error,
    "": Whitespace,
}
_TEMPLATE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_TEXTS = frozenset({"STRING", "RAW_STRING", "LONG_STRING"})

Found = Iterator[tuple[int, object, str]]


class MailgridLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """Colours campaign files."""

    name = "Mailgrid"
    aliases: ClassVar = ["mailgrid"]
    filenames: ClassVar = ["*.mailgrid"]

    def get_tokens_unprocessed(self, text: str) -> Found:
        """Yield the offset, the kind and the text of each piece; joined they are the whole text."""
        campaign = Text("highlighted", text)
        tokens = list(tokenize(campaign))
        scopes = _names(tokens)
        end = 0
        for token in with_comments(campaign, tokens):
            if token.start > end:
                yield end, Whitespace, text[end : token.start]
            scope = SCOPES["COMMENT"] if token.type == COMMENT else SCOPES.get(token.type, "")
            yield from _pieces(token.type, text[token.start : token.end], token.start, scopes.get(token.start, scope))
            end = token.end
        if end < len(text):
            yield end, Whitespace, text[end:]


def _names(tokens: list[Token]) -> dict[int, str]:
    """Return the scopes of names that are settings or functions, by their offsets."""
    found: dict[int, str] = {}
    laid_out = [Token(NEWLINE, "", 0, 0), *layout(tokens)]
    for index, token in enumerate(laid_out):
        if token.type == "NAME" and laid_out[index - 1].type in {NEWLINE, "LBRACE"}:
            found[token.start] = SETTING
        elif token.type == "NAME" and laid_out[index + 1].type == "LPAR":  # a line end always follows
            found[token.start] = FUNCTION
    return found


def _pieces(terminal: str, text: str, start: int, scope: str) -> Found:
    """Yield a token; of a text the parts that are the template engine's apart."""
    for index, part in enumerate(_TEMPLATE.split(text) if terminal in _TEXTS else [text]):
        if part:
            yield start, _kind(TEMPLATE if index % 2 else scope), part
        start += len(part)


def _kind(scope: str) -> object:
    return next(kind for prefix, kind in _KINDS.items() if scope.startswith(prefix))
