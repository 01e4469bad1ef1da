"""Semantic tokens: what each word of a file is, by its terminal and by the part that it has in the tree.

For editors that colour by nothing else. A token lies on one line, so a text over several lines is several tokens.
"""

import re
from collections.abc import Iterator

from lsprotocol import types

from mailgrid.language.ast import Call, Column, File, Let, Segment, Statement, Word, walk
from mailgrid.language.highlight import SCOPES
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Span, Text
from mailgrid.lsp.view import View

__all__ = ["LEGEND", "semantic_tokens"]

_TYPES = [
    "keyword",
    "property",
    "type",
    "variable",
    "function",
    "class",
    "enumMember",
    "string",
    "number",
    "regexp",
    "operator",
    "comment",
]
LEGEND = types.SemanticTokensLegend(token_types=_TYPES, token_modifiers=[])
_NUMBERS = {name: number for number, name in enumerate(_TYPES)}
#: What the beginning of a scope, as other editors use it, is called here.
_SCOPES = {
    "keyword.operator.word": "keyword",
    "keyword.operator": "operator",
    "keyword": "keyword",
    "constant.language": "keyword",
    "constant": "number",
    "string.regexp": "regexp",
    "string": "string",
    "variable": "variable",
}
_COMMENT = re.compile(r"#[^\n]*")


def semantic_tokens(view: View, _params: types.SemanticTokensParams) -> types.SemanticTokens:
    """Return what each word of the file is, as differences of places, in the protocol's five numbers each."""
    numbers: list[int] = []
    line = character = 0
    for span, kind in _pieces(view):
        place = view.range(span)
        same = place.start.line == line
        shift = place.start.character - character if same else place.start.character
        length = place.end.character - place.start.character
        numbers += [place.start.line - line, shift, length, _NUMBERS[kind], 0]
        line, character = place.start.line, place.start.character
    return types.SemanticTokens(data=numbers)


def _pieces(view: View) -> Iterator[tuple[Span, str]]:
    text = view.document.text
    parts = _parts(view.analysis.module.file)
    end = 0
    for token in tokenize(text):
        yield from _comments(text, end, token.start)
        end = token.end
        kind = parts.get(token.start) or _kind(token.type)
        if kind:
            yield from _lines(token.span(text), kind)
    yield from _comments(text, end, len(text.content))


def _comments(text: Text, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """Yield the comments between two words."""
    for comment in _COMMENT.finditer(text.content, start, end):
        yield Span(text, comment.start(), comment.start() + len(comment[0].rstrip("\r"))), "comment"


def _lines(span: Span, kind: str) -> Iterator[tuple[Span, str]]:
    """Yield what a word has of each line."""
    start = span.start
    for line in span.source.split("\n"):
        if shown := line.rstrip("\r"):
            yield Span(span.text, start, start + len(shown)), kind
        start += len(line) + 1


def _kind(terminal: str) -> str | None:
    scope = SCOPES.get(terminal, "")
    return next((kind for begin, kind in _SCOPES.items() if scope.startswith(begin)), None)


def _parts(file: File) -> dict[int, str]:
    """Return what words are by the part that they have, by where they begin."""
    parts: dict[int, str] = {}
    outer = {id(item) for item in file.items}
    for node in walk(file):
        match node:
            case Statement():
                parts[node.keyword_span.start] = "keyword" if id(node) in outer else "property"
                for index, word in enumerate(node.arguments):
                    if isinstance(word, Word):
                        parts[word.span.start] = "type" if index == 0 else "enumMember"
            case Call():
                parts[node.name_span.start] = "function"
            case Segment():
                parts[node.name_span.start] = "class"
            case Let():
                parts[node.name_span.start] = "variable"
            case Column():
                parts[node.span.start] = "variable"
            case _:
                pass
    return parts
