"""How many diagnostics there are, in a line."""

from collections.abc import Sequence

from mailgrid.language.diagnostics import Diagnostic

__all__ = ["counted", "summary"]


def counted(number: int, noun: str) -> str:
    """Return `1 error`, `2 errors`, `12,041 messages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def summary(diagnostics: Sequence[Diagnostic], *, fixable: bool = False) -> str:
    """Return how many errors and warnings there are, and in which file."""
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
    warnings = len(diagnostics) - len(errors)
    files = list(dict.fromkeys(each.span.text.name for each in diagnostics if each.span))
    where = f" in {', '.join(files)}" if files else ""
    counts = [counted(len(errors), "error")] if errors or not warnings else []
    counts += [counted(warnings, "warning")] if warnings else []
    end = "; nothing was sent" if errors and not fixable else ""
    fixes = sum(1 for each in diagnostics if each.edit)
    if fixable and fixes:
        end = f"; {fixes:,} can be fixed with: mailgrid check --fix"
    return f"{', '.join(counts)}{where}{end}"
