"""The layout filter, between lexer and parser: which line ends are ends of statements."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["NEWLINE", "OPERATORS", "Token", "layout"]

_LONGEST_SHOWN = 40

#: The type of the token that ends a statement.
NEWLINE = "_NL"

#: Types of tokens after which a condition has to go on.
OPERATORS = frozenset(
    {"EQ", "CMP", "PLUS", "MINUS", "AND", "OR", "NOT", "IN", "IS", "BETWEEN", "WHEN"}
    | {"CONTAINS", "STARTS", "ENDS", "WITH", "MATCHES"}
)

# What people coming from other languages write for an operator; it is reported, but not as the end of a line too.
_FOREIGN = frozenset({"==", "<>", "&&", "||", "=~", "!"})
_OPENERS = frozenset({"LPAR", "LSQB", "COMMA"})
_CLOSERS = frozenset({"RPAR", "RSQB", "COMMA"})
_JOINERS = frozenset({"AND", "OR"})
_STATEMENTS = frozenset({"WHERE", "LET", "IMPORT", "RBRACE"})
# Nothing of this can follow a name inside a condition, so such a line is a setting.
_ARGUMENTS = frozenset(
    {"STRING", "LONG_STRING", "RAW_STRING", "UNCLOSED", "UNCLOSED_LONG", "FANCY_QUOTE", "NAME", "LBRACE", "WHERE"}
    | {"NUMBER", "RATE", "SIZE", "PERCENT", "DURATION", "DATE", "TIME"}
)


@value
class Token:
    """A word of the text: `type` is its terminal in the grammar, `start` and `end` are offsets of characters."""

    type: str
    text: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        """The text as messages show it: its first line, cut off where it is long."""
        first = self.text.partition("\n")[0].rstrip()
        return first if len(first) <= _LONGEST_SHOWN and first == self.text else f"{first[:_LONGEST_SHOWN]}..."

    @property
    def described(self) -> str:
        """How a sentence names it."""
        return "the end of the line" if self.type == NEWLINE else f"`{self.shown}`"

    def span(self, text: Text) -> Span:
        """Return its place in the text that it was read from."""
        return Span(text, self.start, self.end)


def layout(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens without the line ends that end no statement, and with one where a `}` or the file ends one."""
    # Where a comment has a line of its own, two line ends follow each other; what matters is what comes after both.
    tokens = [token for before, token in pairwise((None, *tokens)) if token and not _is_second(before, token)]
    previous: Token | None = None
    brackets = 0
    in_condition = False
    for index, token in enumerate(tokens):
        if token.type == NEWLINE:
            if not _ends_statement(previous, tokens, index, in_brackets=brackets > 0, in_condition=in_condition):
                continue
        elif token.type == "RBRACE" and previous and previous.type not in {NEWLINE, "LBRACE"}:
            yield Token(NEWLINE, "", token.start, token.start)
        brackets += (token.type in {"LPAR", "LSQB"}) - (token.type in {"RPAR", "RSQB"} and brackets > 0)
        if token.type in {NEWLINE, "LBRACE", "RBRACE"}:
            brackets, in_condition = 0, False
        in_condition = in_condition or token.type in {"WHERE", "LET"}
        yield token
        previous = token
    if previous and previous.type != NEWLINE:
        yield Token(NEWLINE, "", previous.end, previous.end)


def _is_second(before: Token | None, token: Token) -> bool:
    return before is not None and before.type == token.type == NEWLINE


def _ends_statement(
    previous: Token | None,
    tokens: Sequence[Token],
    index: int,
    *,
    in_brackets: bool,
    in_condition: bool,
) -> bool:
    """Tell whether the line end at `index` ends a statement."""
    if previous is None or previous.type in {NEWLINE, "LBRACE"}:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or previous.type == "RBRACE":
        return True
    if following.type == "LBRACE":
        return False
    if not (in_brackets or in_condition):
        return True
    if _is_operator(previous) or (in_brackets and previous.type in _OPENERS):
        return _starts_statement(tokens, index + 1)
    if in_brackets and (following.type in _CLOSERS or _is_operator(following)):
        return False
    return not (following.type in _JOINERS or following.text in {"&&", "||"})


def _is_operator(token: Token) -> bool:
    return token.type in OPERATORS or (token.type == "ALIEN" and token.text in _FOREIGN)


def _starts_statement(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the line at `index` is a statement for sure, so that the condition before it was left unfinished."""
    if tokens[index].type in _STATEMENTS:
        return True
    return tokens[index].type == "NAME" and index + 1 < len(tokens) and tokens[index + 1].type in _ARGUMENTS
