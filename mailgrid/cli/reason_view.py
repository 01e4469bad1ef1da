"""How people see why somebody matches a condition, or does not: the tests as a tree, each with its answer and cell."""

from collections.abc import Iterator, Mapping

from mailgrid.cli.screen import clean
from mailgrid.language.expressions import Reason
from mailgrid.value import value

__all__ = ["Person"]

_WORDS = {True: "yes", False: "no", None: "unknown"}
_STEP = 2
_WIDEST = 60


@value
class Person:
    """Somebody's row, and what the condition says about it: True, False or None, unknown; no reason: no condition.

    `lacks` is the file that the message needs and that is not there, as the campaign writes it; empty for none.
    """

    key: str
    line: int
    match: bool | None
    reason: Reason | None
    lacks: str = ""

    def lines(self, source: str) -> Iterator[str]:
        """Yield the lines of a tree in which `<-` marks the tests that decide."""
        end = "" if self.match else ", so not mailed"
        yield f"{clean(self.key)}, line {self.line} of {source}: {_WORDS[self.match]}{end}"
        if self.lacks:
            yield f"not mailed, for there is no file {clean(self.lacks)}"
        if self.reason is None:
            yield "there is no condition: everybody is meant"
            return
        rows = list(self.reason.walk())
        tests = [" " * _STEP * depth + clean(reason.text) for depth, reason in rows]
        cells = [_cells(reason) for _, reason in rows]
        width = min(_WIDEST, max(map(len, tests)))
        room = min(_WIDEST, max(map(len, cells)))
        for (_, reason), test, cell in zip(rows, tests, cells, strict=True):
            mark = "<-" if reason.decides and not reason.parts and len(rows) > 1 else ""
            yield f"{_WORDS[reason.answer]:<7}  {test:<{width}}  {cell:<{room}}  {mark}".rstrip()

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        why = self.reason.as_json() if self.reason else None
        return {"key": self.key, "line": self.line, "match": self.match, "why": why, "lacks": self.lacks or None}


def _cells(reason: Reason) -> str:
    """Return the cells that a test looked at; their columns too where there are several."""
    cells: Mapping[str, object] = reason.cells or {}
    shown = [_cell(cell) if len(cells) == 1 else f"{clean(name)} {_cell(cell)}" for name, cell in cells.items()]
    note = reason.note if reason.note != "is empty" else ""
    return " ".join(filter(None, [", ".join(shown), note]))


def _cell(cell: object) -> str:
    if cell is None or not str(cell).strip():
        return "empty"
    text = clean(cell).replace("\n", " ")
    return f'"{text}"' if isinstance(cell, str) else text
