"""Recovery: feeds the parser, and goes on with the next statement after a mistake, so that all of them show at once."""

from collections.abc import Sequence
from typing import Protocol

from mailgrid.language.builder import MAX_DEPTH, Broken
from mailgrid.language.diagnostics import Diagnostics, Note
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.literals import LITERALS
from mailgrid.language.mistake import Mistake
from mailgrid.language.syntax_errors import explain
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["MAX_BLOCKS", "MAX_MISTAKES", "Machine", "Mark", "Recovery"]

#: After so many nobody reads on: the text is probably no campaign file.
MAX_MISTAKES = 100

#: How deep blocks may be nested. The vocabulary needs two.
MAX_BLOCKS = 20

# What begins a block's next neighbour for sure, where it stands at the start of a line.
_FILE_WORDS = frozenset({"campaign", "defaults", "segment", "mailgrid", "let", "import"})
_STARTS = frozenset({NEWLINE, "LBRACE"})
# The grammar takes these as a line of their own, so that the tree can hold a mistake; they are mistakes all the same.
_JUNK = frozenset(["UNCLOSED", "UNCLOSED_LONG", "FANCY_QUOTE", "ALIEN", "BAD_RATE", "NEAR_DATE", "BAD"])
_OPENING = frozenset({"LPAR", "LSQB"})
_CLOSING = frozenset({"RPAR", "RSQB"})
_PLAIN = frozenset(LITERALS) | {"NAME", "QUOTED_NAME"}


@value
class Mark:
    """A moment of the parser that it can be taken back to."""

    states: Sequence[object]
    values: Sequence[tuple[object, int]]


class Machine(Protocol):
    """A parser that is driven token by token."""

    def feed(self, token: Token) -> bool:
        """Take the next token; False where it cannot stand here."""
        ...

    def accepts(self) -> frozenset[str]:
        """Return the types of tokens that can stand here."""
        ...

    def mark(self) -> Mark:
        """Return this moment."""
        ...

    def back(self, mark: Mark) -> None:
        """Return to that moment."""
        ...


class Recovery:
    """Drives a parser through a text.

    Args:
        machine: the parser, at the start of a file. When `run` has returned it accepts the end of the file.
        text: the text that the tokens are of.
        tokens: what the layout filter made of it.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, machine: Machine, text: Text, tokens: Sequence[Token], diagnostics: Diagnostics) -> None:
        self.broken: dict[int, Broken] = {}
        self._machine = machine
        self._text = text
        self._tokens = tokens
        self._diagnostics = diagnostics
        self._at = 0
        self._mark = machine.mark()
        self._line: list[Token] = []
        self._brackets = 0
        self._previous = Token(NEWLINE, "", 0, 0)
        self._blocks: list[tuple[Token, ...]] = []
        self._closed = ""
        self._missing = _count(tokens, "LBRACE") - _count(tokens, "RBRACE")
        # A string that is never closed may have swallowed braces; then counting them misleads.
        self._braces_count = not any(_may_hide_brace(token) for token in tokens)

    def run(self) -> None:
        """Feed all tokens, and close what is still open at the end."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.type == NEWLINE and self._previous.type in _STARTS:
                self._at += 1
            elif self._is_next_neighbour(token):
                self._close_block(token)
            elif self._is_too_deep(token):
                self._give_up(token, "MG118")
            elif token.type not in _JUNK and self._feed(token):
                self._at += 1
            elif len(self._diagnostics) >= MAX_MISTAKES:
                self._give_up(token, "MG119")
            else:
                self._recover(token)
        while self._blocks:
            self._close_block(None)

    def _feed(self, token: Token) -> bool:
        if not self._machine.feed(token):
            return False
        self._previous = token
        self._line.append(token)
        self._brackets += (token.type in _OPENING) - (token.type in _CLOSING)
        if token.type == "LBRACE":
            self._blocks.append(tuple(self._line))
        elif token.type == "RBRACE":
            first, line = self._blocks.pop()[0], token.span(self._text).line
            self._closed = f"`{self._header(first)}` was already closed on line {line}"
        if token.type in _STARTS:
            self._mark = self._machine.mark()
            self._line, self._brackets = [], 0
        return True

    def _is_too_deep(self, token: Token) -> bool:
        """Tell whether too many blocks or brackets are open before an opening token."""
        if token.type == "LBRACE":
            return len(self._blocks) >= MAX_BLOCKS
        return token.type in _OPENING and self._brackets >= MAX_DEPTH

    # ---- blocks ------------------------------------------------------------------------------------------------

    def _is_next_neighbour(self, token: Token) -> bool:
        """Tell whether this statement shows that the block around it should have been closed before."""
        return (
            self._missing > 0
            and bool(self._blocks)
            and self._previous.type in _STARTS
            and token.text in _FILE_WORDS
            and token.span(self._text).column == 1
        )

    def _close_block(self, neighbour: Token | None) -> None:
        *_, brace = self._blocks[-1]
        if self._braces_count:
            notes: tuple[Note, ...] = ()
            if neighbour:
                line = neighbour.span(self._text).line
                notes = (Note(f"line {line} `{self._header(neighbour)}` looks like the next block"),)
            self._diagnostics.add("MG115", brace.span(self._text), notes=notes)
        self._missing -= 1
        end = (neighbour or self._tokens[-1]).start
        self._feed(Token("RBRACE", "", end, end))
        self._feed(Token(NEWLINE, "", end, end))

    def _header(self, first: Token) -> str:
        return self._text.line(first.span(self._text).line).partition("{")[0].strip()

    # ---- mistakes ----------------------------------------------------------------------------------------------

    def _recover(self, token: Token) -> None:
        """Report a token that cannot stand here, then put right what it must have meant, or skip the statement."""
        if self._previous.type == "RBRACE":
            self._diagnostics.add("MG126", token.span(self._text), found=token.text)
            self._feed(Token(NEWLINE, "", token.start, token.start))
            return
        if token.type == "RBRACE":
            self._report_extra_brace(token)
            self._at += 1
            return
        line = self._rewind()
        for fed in line:
            self._feed(fed)
        repair = explain(self._mistake(token), self._diagnostics)
        if repair is not None and all(self._feed(fed) for fed in repair.tokens):
            self._at += repair.replaces
        else:
            self._skip(line or [token])

    def _report_extra_brace(self, token: Token) -> None:
        if not self._braces_count:
            return
        notes = (Note(self._closed),) if self._closed else ()
        self._diagnostics.add("MG112", token.span(self._text), notes=notes, found=token.text)

    def _mistake(self, token: Token) -> Mistake:
        end = next(i for i in range(self._at, len(self._tokens)) if self._tokens[i].type == NEWLINE)
        return Mistake(
            self._text,
            token,
            tuple(self._line),
            tuple(self._tokens[self._at + 1 : end + 1]),
            self._machine.accepts(),
            depth=len(self._blocks),
        )

    def _rewind(self) -> list[Token]:
        """Go back to the start of the statement and return what had been fed of it."""
        self._machine.back(self._mark)
        line, self._line, self._brackets = self._line, [], 0
        self._previous = Token(NEWLINE, "", 0, 0)
        return line

    def _skip(self, line: list[Token]) -> None:
        """Leave out the rest of the statement, up to its block or its end; keep its plain beginning."""
        start = self._at
        while self._tokens[self._at].type not in {NEWLINE, "LBRACE", "RBRACE"}:
            self._at += 1
        end = self._tokens[self._at - 1].end if self._at > start else line[-1].end
        self._rewind()
        first = line[0]
        junk = Span(self._text, min(self._tokens[start].start, end), end)
        if first.type == "NAME" and line[0] is not self._tokens[start]:
            self._keep_beginning(line, junk)
            return
        name = line[1] if first.type == "LET" and len(line) > 1 else None
        self.broken[first.start] = Broken(first, junk, name)
        self._feed(Token("BAD", "", first.start, max(end, first.start)))
        if self._tokens[self._at].type == "LBRACE":
            self._skip_block()

    def _keep_beginning(self, line: list[Token], junk: Span) -> None:
        self.broken[line[0].start] = Broken(line[0], junk, in_where=any(token.type == "WHERE" for token in line))
        for token in line:
            if token.type not in _PLAIN or not self._feed(token):
                break

    def _skip_block(self) -> None:
        """Leave out a block, and what stands on the line that closes it."""
        depth = 0
        for at in range(self._at, len(self._tokens)):
            depth += {"LBRACE": 1, "RBRACE": -1}.get(self._tokens[at].type, 0)
            if depth == 0 and self._tokens[at].type == NEWLINE:
                self._at = at
                return
        self._at = len(self._tokens) - 1

    def _give_up(self, token: Token, code: str) -> None:
        """Read no further; what is open is closed without a word about it."""
        self._diagnostics.add(code, token.span(self._text), limit=MAX_MISTAKES)
        self._rewind()
        self._braces_count = False
        self._at = len(self._tokens)


def _count(tokens: Sequence[Token], kind: str) -> int:
    return sum(1 for token in tokens if token.type == kind)


def _may_hide_brace(token: Token) -> bool:
    return token.type == "UNCLOSED_LONG" or (token.type == "UNCLOSED" and any(sign in token.text for sign in "{}"))
