"""Findings: what a whole list says about a condition. Cells that nobody can read, and tests that match nobody."""

from collections.abc import Iterator

from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostic, Note
from mailgrid.language.expressions import show, unreadable
from mailgrid.pipeline.near_misses import Relaxation, Unmatched
from mailgrid.pipeline.tally import Tally, Unknown
from mailgrid.planning.plan import Plan

__all__ = ["findings"]

#: In a shorter list a condition that everybody fulfils is no surprise.
_MANY = 100


def findings(plan: Plan, tally: Tally) -> tuple[Diagnostic, ...]:
    """Return warnings about the condition of a plan whose source was read to its end."""
    match = plan.match
    if match is None or match.condition is None or not tally.rows:
        return ()
    tests = {show(test): test for test in match.tests}
    unread = (_unread(tests[text], unknown) for text, unknown in tally.tests.items() if unknown.rows > unknown.empty)
    return tuple(unread) if plan.prefiltered else (*unread, *_matching(match.condition, tally))


# ---- W401 ------------------------------------------------------------------------------------------------------


def _unread(test: ast.Expr, unknown: Unknown) -> Diagnostic:
    """Say how many cells could not be read, and show some."""
    rows = unknown.rows - unknown.empty
    places = ", ".join(f'{line} "{value}"' for line, value in unknown.examples if value.strip())
    columns = dict.fromkeys(node.name for node in ast.walk(test) if isinstance(node, ast.Column))
    names = " or ".join(f"`{name}`" for name in columns) or f"`{show(test)}`"
    notes: tuple[Note, ...] = ()
    if unknown.empty:
        text = f"in {unknown.empty:,} more it is empty; add `or {next(iter(columns))} is empty` if you mean those too"
        notes = (Note(text),)
    facts = {"rows": _counted(rows), "reason": f"{names} {unreadable(test)}", "places": places}
    return Diagnostic("W401", test.span, facts, notes=notes)


# ---- W402 ------------------------------------------------------------------------------------------------------


def _matching(condition: ast.Expr, tally: Tally) -> Iterator[Diagnostic]:
    """Say which tests match nobody though something like them would, else that the condition matches nobody, or all."""
    near = [unmatched for unmatched in tally.unmatched if unmatched.relaxations]
    for unmatched in near:
        yield _near(unmatched, tally.rows)
    if not tally.matched and not near:
        yield from _nobody(condition, tally)
    elif tally.matched == tally.rows >= _MANY:
        advice = "leave the condition out, or see what it asks for: mailgrid columns FILE"
        yield _matches(condition, f"all {tally.rows:,} rows", advice)


def _near(unmatched: Unmatched, rows: int) -> Diagnostic:
    best = unmatched.relaxations[0]
    notes = tuple(Note(_would(each)) for each in unmatched.relaxations[1:])
    test = unmatched.probe.test
    facts = {"test": show(test), "rows": f"0 of {_counted(rows)}", "suggestion": f"{_would(best)}: {best.advice}"}
    return Diagnostic("W402", test.span, facts, notes=notes, edit=best.edit)


def _would(relaxation: Relaxation) -> str:
    return f"{relaxation.words} it matches {relaxation.rows:,}"


def _nobody(condition: ast.Expr, tally: Tally) -> Iterator[Diagnostic]:
    nothing = f"0 of {_counted(tally.rows)}"
    for unmatched in tally.unmatched:
        yield _matches(unmatched.probe.test, nothing, "see what the column holds: mailgrid columns FILE")
    if not tally.unmatched:
        yield _matches(condition, nothing, "see each row's answer: mailgrid rows FILE --all")


def _matches(test: ast.Expr, rows: str, suggestion: str) -> Diagnostic:
    return Diagnostic("W402", test.span, {"test": show(test), "rows": rows, "suggestion": suggestion})


def _counted(rows: int) -> str:
    return f"{rows:,} row" if rows == 1 else f"{rows:,} rows"
