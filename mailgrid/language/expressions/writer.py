"""Writes the Python of a condition, piece by piece.

No character of a campaign file or of a header gets into the source: constants have names of ours (`k0`) and travel in
a namespace, columns are numbers (`c0`), what is in between is `t0`, functions are `f0`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from mailgrid.language.expressions.cells import UNREADABLE

__all__ = ["Row", "Writer"]

#: A function over the cells of one row.
Row = Callable[[Sequence[object]], object]

_CELL = re.compile(r"\bc(\d+)\b")
#: Python reads 200 nested brackets; a piece with this many at all becomes a function of its own.
_MOST_BRACKETS = 60


class Writer:
    """Holds what the pieces of one condition share: names, constants, columns, functions."""

    def __init__(self) -> None:
        self._cells: dict[str, str] = {}
        self._constants: dict[str, object] = {}
        self._functions: list[str] = []
        self._temporaries = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the pieces read, in the order in which they were met."""
        return tuple(self._cells)

    def constant(self, value: object) -> str:
        """Return the name of a value, which the code may use."""
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return name

    def cell(self, column: str) -> str:
        """Return the name of a column's cell as it stands."""
        return self._cells.setdefault(column, f"c{len(self._cells)}")

    def temporary(self) -> str:
        """Return a name that is not in use yet."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def function(self, code: str) -> str:
        """Make a function of a piece; return the call of it."""
        self._functions.append(code)
        return f"f{len(self._functions) - 1}(row)"

    def shallow(self, code: str) -> str:
        """Return the piece, or a call of it where Python could not read what it would be put into."""
        return self.function(code) if code.count("(") > _MOST_BRACKETS else code

    def build(self, call: str, order: Sequence[str]) -> Row:
        """Return the function that `call` (of `function`) names, for rows whose cells stand in this order.

        Raises:
            ValueError: `order` lacks a column.
        """
        places = {cell: list(order).index(column) for column, cell in self._cells.items()}
        source = "".join(_definition(number, code, places) for number, code in enumerate(self._functions))
        namespace = {"__builtins__": {}, "str": str, "UNREADABLE": UNREADABLE, **self._constants}
        exec(compile(source, "<where>", "exec"), namespace)  # noqa: S102 - only our own names are in it
        return cast("Row", namespace[call.partition("(")[0]])


def _definition(number: int, code: str, places: Mapping[str, int]) -> str:
    used = sorted(set(_CELL.findall(code)), key=int)
    cells = "".join(f"    c{cell} = row[{places[f'c{cell}']}]\n" for cell in used)
    return f"def f{number}(row):\n{cells}    return {code}\n"
