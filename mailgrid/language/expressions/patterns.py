"""The patterns after `matches`: Python's regular expressions, compiled when the file is checked."""

import re
import warnings

from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.text import Span

__all__ = ["compile_pattern", "has_nested_quantifiers"]

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(|\)|[*+]|\{\d*,\}|.", re.DOTALL)


def compile_pattern(test: ast.Matches, diagnostics: Diagnostics) -> re.Pattern[str] | None:
    """Compile the pattern of a test; report one that is not valid, or that may be slow."""
    flags = re.RegexFlag(0)
    for letter in test.flags:
        flags |= _FLAGS[letter]
    try:
        with warnings.catch_warnings():
            # What another version of Python might read otherwise is no news to the author of a campaign.
            warnings.simplefilter("ignore")
            pattern = re.compile(test.pattern, flags)
    except re.error as error:
        diagnostics.add("MG305", _place(test, error.pos), reason=_reason(error))
        return None
    except (OverflowError, RecursionError):
        diagnostics.add("MG305", test.pattern_span, reason="it is too large")
        return None
    if has_nested_quantifiers(test.pattern):
        diagnostics.add("W308", test.pattern_span)
    return pattern


def has_nested_quantifiers(pattern: str) -> bool:
    """Whether something that repeats without end is inside of another, as in `(a+)+`: some texts take for ever."""
    repeats = [False]
    closed = False
    for piece in _PIECE.findall(pattern):
        endless = piece in ("*", "+") or (piece[0] == "{" and len(piece) > 1)
        if endless and closed:
            return True
        closed = False
        if piece == "(":
            repeats.append(False)
        elif piece == ")" and len(repeats) > 1:
            closed = repeats.pop()
            repeats[-1] |= closed
        else:
            repeats[-1] |= endless
    return False


def _reason(error: re.error) -> str:
    return error.msg if error.pos is None else f"{error.msg} at position {error.pos + 1}"


def _place(test: ast.Matches, offset: int | None) -> Span:
    span = test.pattern_span
    if offset is None:
        return span
    start = span.start + max(span.source.find(test.pattern), 0) + offset
    return Span(span.text, min(start, span.end), min(start + 1, span.end))
