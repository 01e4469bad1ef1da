"""Frame: how a diagnostic looks: to people with the line that it is about, to machines as a mapping."""

from unicodedata import east_asian_width

from mailgrid.language.diagnostics import Diagnostic, Note
from mailgrid.language.text import Span

__all__ = ["as_json", "frame"]

_TAB = 4


def frame(diagnostic: Diagnostic) -> str:
    """Return the lines that people see: what is wrong, where, the line with a caret, help and notes."""
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    span = diagnostic.span
    margin = " " * len(str(span.line)) if span else ""
    if span:
        lines += [f"{margin}--> {span.place}", *_code(span, margin)]
    if diagnostic.help_line:
        lines.append(f"{margin} = help: {diagnostic.help_line}")
    lines += [f"{margin} = note: {_note(note)}" for note in diagnostic.notes]
    return "\n".join(lines)


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    """Return it with the keys that `check --format json` promises; lines and columns count from 1, in characters."""
    value: dict[str, object] = {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help_line,
        "file": None,
        "line": None,
        "column": None,
        "end_line": None,
        "end_column": None,
    }
    if diagnostic.span:
        end_line, end_column = diagnostic.span.text.position(diagnostic.span.end)
        value |= {
            "file": diagnostic.span.text.name,
            "line": diagnostic.span.line,
            "column": diagnostic.span.column,
            "end_line": end_line,
            "end_column": end_column,
        }
    return value


def _code(span: Span, margin: str) -> list[str]:
    """Return the line that a span begins in, and carets below it."""
    line = span.text.line(span.line)
    before = line[: span.column - 1]
    within = line[span.column - 1 : span.column - 1 + max(1, span.end - span.start)]
    carets = "^" * max(1, _width(within))
    return [
        f"{margin} |",
        f"{span.line} | {line.expandtabs(_TAB)}",
        f"{margin} | {' ' * _width(before.expandtabs(_TAB))}{carets}",
    ]


def _note(note: Note) -> str:
    return f"{note.text} ({note.span.text.name}:{note.span.line})" if note.span else note.text


def _width(text: str) -> int:
    """How many columns a terminal takes for a text; wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
