"""Cursor: what stands around a place that is being typed at, read from the text as it is, half a word or not.

Only the statement or block of the file that the place is in is read, so that it takes no longer in a long file.
"""

import re
from collections.abc import Iterator, Sequence

from mailgrid.language.layout import NEWLINE, Token, layout
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["Block", "Cursor", "cursor_at"]

# What may hold a brace that is none, braces, and words at the start of a line. Rates come before patterns.
_PIECE = re.compile(
    r'"""[\s\S]*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?|`[^`\n]*`?|#[^\n]*|\d/|/(?![/*\s])(?:[^/\\\n]|\\.)+/'
    r"|[{}]|^[A-Za-z_]\w*",
    re.MULTILINE,
)
# What stands at the start of a line in no block for sure, so that a brace left open above does no harm.
_FILE_WORDS = frozenset({"campaign", "defaults", "segment", "mailgrid", "let", "import"})
_JOINERS = frozenset({"and", "or"})
_WORD = re.compile(r"[A-Za-z_][\w-]*|`[^`\n]*`?")
_STRINGS = frozenset({"UNCLOSED", "UNCLOSED_LONG"})


@value
class Block:
    """An open block: the statement that it belongs to, and the first words of the other statements in it."""

    header: tuple[Token, ...]
    keywords: frozenset[str]

    @property
    def keyword(self) -> str:
        """Its statement's first word."""
        return self.header[0].text if self.header else ""


@value
class Cursor:
    """What stands around a place.

    Args:
        text: the file's text.
        blocks: the blocks that the place is in, the outermost first.
        before: the words of its statement that stand before it, without the one that it touches.
        word: the word that it touches, up to the place; empty where it touches none.
        quoted: what stands before it in its text in quotes; None where it is in none.
    """

    text: Text
    blocks: tuple[Block, ...]
    before: tuple[Token, ...]
    word: Span
    quoted: str | None = None


def cursor_at(text: Text, offset: int) -> Cursor | None:
    """Return what stands around an offset; None inside of a comment."""
    begin, depth = _region(text.content, offset)
    tokens = list(tokenize(Text("", text.content[begin:offset])))
    length = offset - begin
    behind = tokens[-1].end if tokens else 0
    if "#" in text.content[begin + behind : offset]:
        return None
    word, quoted = Span(text, offset, offset), None
    if tokens and behind == length:
        last = tokens[-1]
        if _WORD.fullmatch(last.text):
            word = Span(text, begin + last.start, offset)
            tokens.pop()
        elif last.type in _STRINGS:
            quoted = last.text.removeprefix('""' if last.type == "UNCLOSED_LONG" else "")[1:]
            tokens.pop()
    keywords = frozenset(_keywords_behind(text.content, offset)) if depth else frozenset()
    blocks, before = _walk(tokens, length, keywords)
    return Cursor(text, blocks, before, word, quoted)


def _region(content: str, offset: int) -> tuple[int, int]:
    """Return where the file's own statement begins that an offset is in, and how many blocks are open there."""
    begin, depth = 0, 0
    for piece in _PIECE.finditer(content, 0, offset):
        found = piece[0]
        if found == "{":
            depth += 1
        elif found == "}":
            depth = max(depth - 1, 0)
            begin = piece.end() if depth == 0 else begin
        elif found in _FILE_WORDS or (depth == 0 and found[0].isalpha() and found not in _JOINERS):
            begin, depth = piece.start(), 0
    return begin, depth


def _walk(tokens: Sequence[Token], length: int, behind: frozenset[str]) -> tuple[tuple[Block, ...], tuple[Token, ...]]:
    """Go through the words before a place; `behind` are the keywords that follow in the same block."""
    here = Token("NAME", "here", length, length)
    headers: list[tuple[Token, ...]] = []
    keywords: list[set[str]] = [set()]
    line: list[Token] = []
    for token in layout([*tokens, here]):
        if token is here:
            break
        if token.type == "LBRACE":
            headers.append(tuple(line))
            keywords.append(set())
            line = []
        elif token.type == "RBRACE":
            line = list(headers.pop()) if headers else []
            keywords.pop() if len(keywords) > 1 else keywords[0].clear()
        elif token.type != NEWLINE:
            line.append(token)
        elif line:
            keywords[-1].add(line[0].text)
            line = []
    if headers:
        keywords[-1] |= behind
    blocks = [Block(header, frozenset(words)) for header, words in zip(headers, keywords[1:], strict=True)]
    return tuple(blocks), tuple(line)


def _keywords_behind(content: str, offset: int) -> Iterator[str]:
    """Yield the first words of the statements that follow in the same block, from the next line on."""
    start = content.find("\n", offset)
    end = _end_of_block(content, start) if start >= 0 else start
    fresh, depth = True, 0
    for token in layout(list(tokenize(Text("", content[start:end])))):
        if fresh and depth == 0 and token.type != NEWLINE:
            yield token.text
        depth += (token.type == "LBRACE") - (token.type == "RBRACE")
        fresh = token.type in {NEWLINE, "LBRACE", "RBRACE"}


def _end_of_block(content: str, start: int) -> int:
    """Return where the block ends that an offset is in."""
    depth = 0
    for piece in _PIECE.finditer(content, start):
        depth += (piece[0] == "{") - (piece[0] == "}")
        if depth < 0 or piece[0] in _FILE_WORDS:
            return piece.start()
    return len(content)
