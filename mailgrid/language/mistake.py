"""Mistake: a token that cannot stand where it stands, with all that is known about the place."""

from collections.abc import Callable, Mapping
from dataclasses import field

from mailgrid.language.diagnostics import Edit, Note
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.literals import LITERALS
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["Finding", "Mistake", "Repair", "Rule", "wants"]

_CLOSING = {"LPAR": "RPAR", "LSQB": "RSQB"}
_OPERANDS = frozenset(LITERALS) | {"NAME", "QUOTED_NAME"}


@value
class Mistake:
    """An unexpected token.

    Args:
        text: where it stands.
        token: the token itself.
        line: the tokens of the statement before it.
        rest: those after it, up to the end of the statement.
        accepts: the types of tokens that could stand here.
        depth: how many blocks are open around it.
    """

    text: Text
    token: Token
    line: tuple[Token, ...]
    rest: tuple[Token, ...]
    accepts: frozenset[str]
    depth: int = 0

    @property
    def span(self) -> Span:
        """The token's place."""
        return self.token.span(self.text)

    @property
    def previous(self) -> Token:
        """The token before it; the end of a line where it is the first."""
        return self.line[-1] if self.line else Token(NEWLINE, "", 0, 0)

    @property
    def following(self) -> Token:
        """The token after it; itself where it is the last."""
        return self.rest[0] if self.rest else self.token

    @property
    def first(self) -> str:
        """The type of the statement's first token; empty where this is the first."""
        return self.line[0].type if self.line else ""

    @property
    def in_condition(self) -> bool:
        """Whether a `where` came before it in the statement."""
        return any(token.type == "WHERE" for token in self.line)

    @property
    def begins_operand(self) -> bool:
        """Whether the token is a value, a column or a call, or opens a bracket."""
        return self.token.type in _OPERANDS or self.token.type in {"LPAR", "MINUS"}

    @property
    def after_operand(self) -> bool:
        """Whether the token before it ends a value, a column or a call."""
        return self.previous.type in _OPERANDS or self.previous.type in {"RPAR", "RSQB"}

    @property
    def brackets(self) -> tuple[Token, ...]:
        """The brackets that are open before it, outermost first."""
        opened: list[Token] = []
        for token in self.line:
            if token.type in _CLOSING:
                opened.append(token)
            elif opened and token.type == _CLOSING[opened[-1].type]:
                opened.pop()
        return tuple(opened)

    @property
    def test(self) -> tuple[Token, ...]:
        """The tokens of the single test that it would belong to."""
        closed = 0
        for start in range(len(self.line), 0, -1):
            token = self.line[start - 1]
            closed += (token.type in {"RPAR", "RSQB"}) - (token.type in _CLOSING and closed > 0)
            if closed == 0 and self._begins_test(start - 1):
                return self.line[start:]
        return self.line

    def _begins_test(self, index: int) -> bool:
        token = self.line[index]
        if token.type == "AND":
            return not any(before.type == "BETWEEN" for before in self.line[max(index - 2, 0) : index])
        if token.type == "LPAR":
            return token in self.brackets
        return token.type in {"WHERE", "OR"}

    def source(self, *tokens: Token) -> str:
        """Return the text from the first of the tokens to the last."""
        return self.text.content[tokens[0].start : tokens[-1].end] if tokens else ""

    def cover(self, first: Token, last: Token) -> Span:
        """Return the place from one token to another."""
        return first.span(self.text).to(last.span(self.text))

    def operand(self, tokens: tuple[Token, ...]) -> str:
        """Return the text of the value that the tokens begin with, a call's brackets included."""
        depth = 0
        for index, token in enumerate(tokens):
            depth += (token.type == "LPAR") - (token.type == "RPAR")
            following = tokens[index + 1 : index + 2]
            if depth <= 0 and not (following and following[0].type == "LPAR") and token.type != "MINUS":
                return self.source(*tokens[: index + 1])
        return self.source(*tokens)


@value
class Repair:
    """What the author must have meant: `tokens` in place of the next `replaces` ones."""

    tokens: tuple[Token, ...] = ()
    replaces: int = 1


@value
class Finding:
    """What a rule makes of a mistake: the diagnostic, and how to go on."""

    code: str
    span: Span
    facts: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    notes: tuple[Note, ...] = ()
    edit: Edit | None = None
    repair: Repair | None = None


#: Looks at a mistake; None where it is of another sort.
Rule = Callable[[Mistake], Finding | None]


def wants(span: Span, setting: str, wanted: str, edit: Edit | None = None) -> Finding:
    """Say what a word wants after it, or between its brackets."""
    return Finding("MG204", span, {"setting": setting, "wanted": wanted, "suggestion": ""}, edit=edit)
