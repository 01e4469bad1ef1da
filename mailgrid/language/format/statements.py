"""Statements: which pieces stand together, how deep, after a blank line or not, and which of them are aligned."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailgrid.language.format.pieces import BREAK, COMMENT, CONTINUED, LINE_ENDS
from mailgrid.language.layout import NEWLINE, Token

__all__ = ["Statement", "statements"]


@dataclass(slots=True)
class Statement:
    """A statement up to its `{`, the `}` of a block, or a comment that has a line of its own.

    Args:
        depth: in how many blocks it stands.
        after_blank: a blank line stands before it.
        pieces: words, comments, and the line ends between them.
        width: how wide its first word is made, so that the arguments of its group are aligned; 0 for as it is.
    """

    depth: int
    after_blank: bool
    pieces: list[Token] = field(default_factory=list)
    width: int = 0

    @property
    def is_aligned(self) -> bool:
        """Whether it has arguments that stand under those of its neighbours; nothing has at the top of a file."""
        if not self.depth or len(self.pieces) == 1 or self.pieces[0].type not in {"NAME", "WHERE"}:
            return False
        return self.pieces[1].type not in {COMMENT, BREAK, CONTINUED, "LBRACE"}

    @property
    def opens(self) -> bool:
        """Whether a block follows, line by line."""
        last = [piece for piece in self.pieces if piece.type != COMMENT][-1:]
        return bool(last) and last[0].type == "LBRACE"


def statements(pieces: Sequence[Token]) -> list[Statement]:
    """Divide a file's pieces into its statements."""
    found = _Division(_on_one_line(pieces))(pieces)
    _align(found)
    return found


class _Division:
    """Goes through the pieces of a file once. `on_one_line`: the offsets of braces whose block is left on one line."""

    def __init__(self, on_one_line: frozenset[int]) -> None:
        self._on_one_line = on_one_line
        self._found: list[Statement] = []
        self._is_open = False
        self._depth = 0
        self._blank = False
        self._may_be_blank = False

    def __call__(self, pieces: Sequence[Token]) -> list[Statement]:
        at_line_start = True
        for piece in pieces:
            if piece.type in LINE_ENDS:
                self._end_line(piece)
            elif piece.type == COMMENT and not at_line_start:
                self._found[-1].pieces.append(piece)
            elif piece.type in {"LBRACE", "RBRACE"} and piece.start not in self._on_one_line:
                self._turn(piece)
            else:
                was_open = self._is_open
                self._add(piece)
                self._is_open = was_open or piece.type != COMMENT
            at_line_start = piece.type in LINE_ENDS
        return self._found

    def _end_line(self, piece: Token) -> None:
        if self._is_open and piece.type != NEWLINE:
            self._found[-1].pieces.append(piece)
            return
        self._is_open = False
        self._blank = self._blank or piece.text.count("\n") > 1

    def _turn(self, brace: Token) -> None:
        """Go into a block, or out of it."""
        if brace.type == "RBRACE":
            self._depth -= 1
            self._is_open = self._may_be_blank = False
        self._add(brace)
        self._is_open = False
        if brace.type == "LBRACE":
            self._depth += 1
            self._may_be_blank = False

    def _add(self, piece: Token) -> None:
        if not self._is_open:
            self._found.append(Statement(self._depth, self._blank and self._may_be_blank))
            self._is_open, self._blank, self._may_be_blank = True, False, True
        self._found[-1].pieces.append(piece)


def _on_one_line(pieces: Sequence[Token]) -> frozenset[int]:
    """Return the offsets of the braces between which no line ends; there is at most one statement in them then."""
    found: set[int] = set()
    opened: list[Token] = []
    for piece in pieces:
        if piece.type in LINE_ENDS or piece.type == COMMENT or "\n" in piece.text:
            opened = [Token("", "", 0, 0)] * len(opened)
        elif piece.type == "LBRACE":
            opened.append(piece)
        elif piece.type == "RBRACE" and (brace := opened.pop()).type:
            found |= {brace.start, piece.start}
    return frozenset(found)


def _align(found: Sequence[Statement]) -> None:
    """Make the first words of each group as wide as its widest. A group ends at a blank line, or with its block."""
    groups: list[list[Statement]] = []
    current: dict[int, list[Statement]] = {}
    for statement in found:
        if statement.after_blank or statement.depth not in current:
            current[statement.depth] = []
            groups.append(current[statement.depth])
        if statement.is_aligned:
            current[statement.depth].append(statement)
        if statement.opens:
            current.pop(statement.depth + 1, None)
    for group in groups:
        width = max((len(statement.pieces[0].text) for statement in group), default=0)
        for statement in group:
            statement.width = width
