"""The parser: a text becomes tokens, the tokens a tree. The only module that knows lark.

Importing lark costs 40 ms and reading the parser's tables 6, so both wait until the first text. A parse never
fails: it gives a tree of what made sense, and says what did not.
"""

import gc
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, cast

import lark

from mailgrid.grammar import tables
from mailgrid.language import ast
from mailgrid.language.builder import Branch, Builder, too_deep
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.layout import NEWLINE, Token, layout
from mailgrid.language.literals import LITERALS, literal
from mailgrid.language.recovery import Mark, Recovery
from mailgrid.language.syntax_errors import without_foreign_comments
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = [
    "MAX_SIZE",
    "Parsed",
    "forget",
    "grammar",
    "parse",
    "parse_condition",
    "parse_literal",
    "terminals",
    "tokenize",
]

#: The longest text that is read, in characters. No campaign file comes near; a data file given by mistake does.
MAX_SIZE = 1_000_000


@value
class Parsed:
    """A text's tree, and everything that is wrong with its syntax."""

    file: ast.File
    diagnostics: Diagnostics


def parse(text: Text) -> Parsed:
    """Parse a campaign file."""
    diagnostics = Diagnostics()
    if len(text.content) > MAX_SIZE:
        diagnostics.add("MG120", Span(text, 0, 0), name=text.name, limit=MAX_SIZE)
        return Parsed(ast.File(Span(text, 0, len(text.content)), ()), diagnostics)
    return Parsed(_parse(text, list(tokenize(text)), diagnostics), diagnostics)


def parse_condition(text: Text) -> tuple[ast.Expr | None, Diagnostics]:
    """Parse what may stand after `where`; None where that is not possible. Line ends in it are blanks."""
    diagnostics = Diagnostics()
    if len(text.content) > MAX_SIZE:
        diagnostics.add("MG120", Span(text, 0, 0), name=text.name, limit=MAX_SIZE)
        return None, diagnostics
    tokens = [token for token in tokenize(text) if token.type != NEWLINE]
    file = _parse(text, [Token("WHERE", "where", 0, 0), *tokens], diagnostics)
    where = file.items[0] if file.items else None
    return (where.condition if isinstance(where, ast.Where) else None), diagnostics


def parse_literal(text: Text) -> ast.Literal:
    """Read a value as it would be written in a file; what is no literal, or a wrong one, is a text as it stands."""
    whole = Span(text, 0, len(text.content))
    tokens = list(tokenize(text)) if len(text.content) <= MAX_SIZE else []
    diagnostics = Diagnostics()
    if len(tokens) == 1 and tokens[0].type in LITERALS and tokens[0].text == text.content:
        found = literal(tokens[0].type, whole, diagnostics)
        if not diagnostics:
            return found
    if [token.type for token in tokens] == ["MINUS", "NUMBER"] and text.content[1:] == tokens[1].text:
        found = literal("NUMBER", tokens[1].span(text), diagnostics)
        if not diagnostics:
            return ast.Literal(whole, ast.Kind.NUMBER, -cast("Decimal", found.value))
    return ast.Literal(whole, ast.Kind.TEXT, text.content)


def tokenize(text: Text) -> Iterator[Token]:
    """Yield the text's tokens, line ends included. Every text has some: what makes no sense is a token of its own."""
    parser: Any = _lark().parse_interactive(text.content)  # lark leaves most of it untyped
    for token in parser.lexer_thread.lex(parser.parser_state):
        yield Token(token.type, str(token), token.start_pos, token.end_pos)


def grammar() -> str:
    """Return the grammar, as lark reads it."""
    return cast("str", tables.grammar())


def terminals() -> tuple[tuple[str, str], ...]:
    """Return each terminal's name and pattern, in the order in which the lexer tries them."""
    lexer: Any = _lark().parse_interactive("").lexer_thread.lexer
    return tuple((terminal.name, terminal.pattern.to_regexp()) for terminal in lexer.terminals)


def forget() -> None:
    """Give back the tables of the grammar, 2 MB, where all is parsed; whoever parses after all reads them again."""
    _lark.cache_clear()
    gc.collect()  # they hold each other


@cache
def _lark() -> lark.Lark:
    return cast("lark.Lark", tables.read())


def _parse(text: Text, tokens: list[Token], diagnostics: Diagnostics) -> ast.File:
    """Build the tree of laid out tokens."""
    machine = Machine()
    tokens = without_foreign_comments(text, tokens, diagnostics)
    recovery = Recovery(machine, text, list(layout(tokens)), diagnostics)
    recovery.run()
    root = machine.finish()
    if branch := too_deep(root):
        diagnostics.add("MG118", Span(text, branch.meta.start_pos, branch.meta.end_pos))
        return ast.File(Span(text, 0, len(text.content)), ())
    return Builder(text, diagnostics, recovery.broken)(root)


class Machine:
    """Lark's parser, driven token by token. It can go back to a mark, as long as it has not gone back past it."""

    def __init__(self) -> None:
        self._parser: Any = _lark().parse_interactive()
        self._state = self._parser.parser_state

    def feed(self, token: Token) -> bool:
        """Take the next token; False where it cannot stand here."""
        try:
            self._parser.feed_token(lark.Token(token.type, token.text, token.start, end_pos=token.end))
        except lark.UnexpectedToken:
            return False
        return True

    def accepts(self) -> frozenset[str]:
        """Return the types of tokens that can stand here."""
        return frozenset(self._parser.accepts())

    def mark(self) -> Mark:
        """Return this moment."""
        values = self._state.value_stack
        return Mark(tuple(self._state.state_stack), tuple((value, _length(value)) for value in values))

    def back(self, mark: Mark) -> None:
        """Return to that moment."""
        self._state.state_stack[:] = mark.states
        self._state.value_stack[:] = [value for value, _ in mark.values]
        for branch, length in mark.values:
            # Lark lengthens the list of a repetition in place, so what came since is cut off again.
            if isinstance(branch, lark.Tree):
                del branch.children[length:]

    def finish(self) -> Branch:
        """Take the end of the file and return the tree."""
        return cast("Branch", self._parser.feed_eof())


def _length(value: object) -> int:
    return len(value.children) if isinstance(value, lark.Tree) else 0
