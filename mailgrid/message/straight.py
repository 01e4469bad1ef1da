"""Straight: a template that only puts values into a text, as most do. It is filled without the engine.

Whatever is not plain, a value that is no text or that holds a line end for instance, is left to the engine, which also
knows how to say what is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

from mailgrid.message.scope import Record

__all__ = ["HOLE", "Form", "Hole", "Straight"]

#: Stands in a skeleton for a value.
HOLE = "\ue000"
#: Longer values are the engine's, which counts what a template may print.
_LONG = 1 << 12


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a value stands: the name of a column, or of a record and a member; what stands there if it is blank."""

    name: str
    member: str | None = None
    default: str | None = None

    def value(self, names: Mapping[str, object]) -> str | None:
        """Return the text for this place; None where only the engine knows it."""
        value = names.get(self.name)
        if self.member is not None:
            value = value[self.member] if type(value) is Record and self.member in value else None
        if self.default is not None and (value is None or (type(value) is str and not value.strip())):
            value = self.default
        if type(value) is int:
            value = str(value)
        return value if type(value) is str and len(value) < _LONG and value.isprintable() else None


@dataclass(frozen=True, slots=True)
class Straight:
    """A text with a HOLE for each value; whether the values are escaped for HTML."""

    skeleton: str
    holes: tuple[Hole, ...]
    escaped: bool = False


class Form:
    """Fills a straight template.

    Args:
        straight: the template.
    """

    def __init__(self, straight: Straight) -> None:
        self._holes = tuple(dict.fromkeys(straight.holes))
        self._escaped = straight.escaped
        self._literals = straight.skeleton.split(HOLE)
        places = [len(self._literals) + self._holes.index(hole) for hole in straight.holes]
        self._order = [0, *(place for number, hole in enumerate(places, 1) for place in (hole, number))]

    def values(self, names: Mapping[str, object]) -> list[str] | None:
        """Return the values as they are to stand in the text; None where the engine has to see to one of them."""
        values = []
        for hole in self._holes:
            value = hole.value(names)
            if value is None:
                return None
            values.append(str(escape(value)) if self._escaped and not value.isalnum() else value)
        return values

    def filled(self, values: Sequence[str]) -> str:
        """Return the text with these values."""
        parts = [*self._literals, *values]
        return "".join([parts[place] for place in self._order])
