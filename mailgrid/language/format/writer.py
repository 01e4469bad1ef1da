"""The writer: one statement becomes its line, or lines where its author broke it."""

from typing import NamedTuple

from mailgrid.language.format.pieces import COMMENT, CONTINUED, LINE_ENDS
from mailgrid.language.format.statements import Statement
from mailgrid.language.layout import Token
from mailgrid.language.literals import LITERALS

__all__ = ["write"]

_STEP = 2
_OPENERS = frozenset({"LPAR", "LSQB"})
_CLOSERS = frozenset({"RPAR", "RSQB"})
_OPERAND_ENDS = frozenset(LITERALS) | {"NAME", "QUOTED_NAME", "RPAR", "RSQB"}


def write(statement: Statement) -> str:
    """Return the statement as it is written, without the line end after it."""
    return _Writer(statement)()


class _Level(NamedTuple):
    """A bracket, or the whole statement: the column at which its lines go on, and that of its closing bracket."""

    column: int
    closing: int


class _Writer:
    """Sets one piece after the other. Columns count characters, from 0."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._column = self._line_start = statement.depth * _STEP
        self._written = [" " * self._column]
        self._levels = [_Level(self._column + _STEP, self._column)]
        self._before: Token | None = None
        self._is_sign = False
        self._broken = ""

    def __call__(self) -> str:
        for piece, following in zip(self._statement.pieces, [*self._statement.pieces[1:], None], strict=True):
            if piece.type in LINE_ENDS:
                self._break(piece)
            else:
                self._set(piece, is_last=following is None or following.type in LINE_ENDS or following.type == COMMENT)
        return "".join(self._written)

    def _break(self, end: Token) -> None:
        """Remember a line end; where the next line begins is known with its first word."""
        is_blank = "\n\n" in self._broken or end.text.count("\n") > 1
        may_be_blank = self._before and self._before.type not in _OPENERS
        self._broken = (" \\" if end.type == CONTINUED else "") + ("\n\n" if is_blank and may_be_blank else "\n")

    def _set(self, piece: Token, *, is_last: bool) -> None:
        if self._broken:
            self._begin_line(piece)
        else:
            self._put(self._gap(piece))
        if piece.type in _CLOSERS:
            self._levels.pop()
        elif self._begins_level(piece):
            self._levels[0] = _Level(self._column, self._column)
        start = self._column
        self._put(piece.text)
        if piece.type in _OPENERS:
            hanging = _Level(self._line_start + _STEP, self._line_start)
            self._levels.append(hanging if is_last else _Level(self._column, start))
        if piece.type != COMMENT:
            self._is_sign = piece.type == "MINUS" and not (self._before and self._before.type in _OPERAND_ENDS)
            self._before = piece

    def _begin_line(self, piece: Token) -> None:
        level = self._levels[-1]
        closes = piece.type in _CLOSERS
        self._line_start = level.closing if closes else level.column
        self._put((self._broken.replace("\n\n", "\n") if closes else self._broken) + " " * self._line_start)
        self._broken = ""

    def _put(self, text: str) -> None:
        self._written.append(text)
        _, newline, last = text.rpartition("\n")
        self._column = len(last) + (0 if newline else self._column)

    def _begins_level(self, piece: Token) -> bool:
        """Tell whether what goes on below goes on under this piece: the first argument, test or value."""
        if piece.type == COMMENT or self._before is None or len(self._levels) > 1:
            return False
        first = self._statement.pieces[0]
        return self._before is first or self._before.type == ("EQ" if first.type == "LET" else "WHERE")

    def _gap(self, piece: Token) -> str:
        """Return the blanks between a piece and the one before it on the same line."""
        before = self._before
        if before is None:
            return ""
        if piece.type == COMMENT:
            return "  "
        if before is self._statement.pieces[0] and self._statement.width:
            return " " * (self._statement.width - len(before.text) + 1)
        if before.type in _OPENERS or self._is_sign or piece.type in _CLOSERS or piece.type == "COMMA":
            return ""
        return "" if piece.type == "LPAR" and before.type == "NAME" else " "
