"""The frame: how a diagnostic is shown, to people with the line that it is about, and to programs as a dict."""

import unicodedata

from mailgrid.language.diagnostics import Diagnostic, Note
from mailgrid.language.secrecy import conceal, masked
from mailgrid.language.text import Span

__all__ = ["as_json", "frame"]

_TAB = 4
_LONGEST = 200
# Format characters (category Cf) and controls could move the cursor or turn the text around.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def frame(diagnostic: Diagnostic) -> str:
    """Return the lines that a terminal shows.

    error[MG201]: unknown setting `subjct`
     --> welcome.mailgrid:3:3
      |
    3 |   subjct   "Welcome, {{ first_name }}!"
      |   ^^^^^^
      = help: did you mean `subject`?
    """
    span = diagnostic.span
    margin = " " * (len(str(span.line)) if span else 1)
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {_plain(diagnostic.message)}"]
    if span:
        lines += _excerpt(span, margin)
    if diagnostic.help_line:
        lines.append(f"{margin} = help: {_plain(diagnostic.help_line)}")
    lines += [f"{margin} = note: {_plain(conceal(_note(note), span))}" for note in diagnostic.notes]
    return "\n".join(lines)


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    """Return what programs read: lines and columns count from 1, in characters; null where there is no place.

    `fix` is the edit that puts it right, null where there is none, or where it would repeat a secret.
    """
    edit = diagnostic.edit
    secret = edit and conceal(edit.text, edit.span) != edit.text
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help_line,
        **_place(diagnostic.span),
        "fix": {"edits": [{**_place(edit.span), "text": edit.text}]} if edit and not secret else None,
    }


def _place(span: Span | None) -> dict[str, object]:
    line, column = span.text.position(span.start) if span else (None, None)
    end_line, end_column = span.text.position(span.end) if span else (None, None)
    return {
        "file": span.text.name if span else None,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _excerpt(span: Span, margin: str) -> list[str]:
    """Return the first line of the place, with carets below what is meant."""
    before, marked, after = (_plain(part) for part in _parts(span))
    return [
        f"{margin}--> {_plain(span.place)}",
        f"{margin} |",
        f"{span.line} | {before}{marked}{after}".rstrip(),
        f"{margin} | {' ' * _width(before)}{'^' * max(_width(marked), 1)}",
    ]


def _parts(span: Span) -> tuple[str, str, str]:
    """Return what stands before, in and behind the place on its first line, cut where the line is very long."""
    text, start = span.text, span.start
    first = start - span.column + 1
    last = first + len(text.line(span.line))
    end = min(span.end, last)
    before, marked, after = masked(text, first, start), masked(text, start, end), masked(text, end, last)
    if len(before) > _LONGEST:
        before = f"...{before[-_LONGEST:]}"
    if len(marked) > _LONGEST:
        marked = f"{marked[:_LONGEST]}..."
    return before, marked, f"{after[:_LONGEST]}..." if len(after) > _LONGEST else after


def _note(note: Note) -> str:
    """Return a note, and where it is about something."""
    return f"{note.text}: {note.span.place}" if note.span else note.text


def _plain(text: str) -> str:
    """Make tabs blanks, and show what a terminal could obey as a question mark in a diamond."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\t", " " * _TAB)
    return "".join("\ufffd" if unicodedata.category(each) in _HIDDEN else each for each in text)


def _width(text: str) -> int:
    """Count the columns of a terminal that a text takes (Unicode Standard Annex 11)."""
    return sum(_columns(each) for each in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
