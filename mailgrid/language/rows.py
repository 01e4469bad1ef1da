"""Row: what the vocabulary says about one statement."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from mailgrid.value import value

__all__ = ["ANYWHERE", "CAMPAIGN", "FILE", "IN_CAMPAIGN", "IN_FILE", "NAME", "TEXT", "Row", "Slot", "Type"]


class Type(Enum):
    """What one argument of a statement may be."""

    TEXT = "a text in quotes"
    NAME = "a name"
    COUNT = "a whole number"
    RATE = "a rate like 10/s, 600/min, 1000/h or 50000/day"
    DURATION = "a duration like 30s, 5m, 6h or 2d"
    DATETIME = "a day and a time like 2026-05-04 09:00"
    TIME = "a time like 09:00"
    SIZE = "a size like 25MB"
    PERCENT = "a percentage like 20%"
    AMOUNT = "a whole number or a percentage"
    KEY = 'a path in quotes or `secret("NAME")`'
    DRIVER = "a driver or the name of one"
    CONDITION = "a condition"
    NOTHING = "nothing"


@value
class Slot:
    """The place of one argument.

    Args:
        type: what it may be.
        optional: it may be left out.
        many: there may be more than one of it; the last slot only.
        least: the smallest number; a percentage is above 0 where it is 1.
        most: the largest.
        words: those that a name is one of; beside a text those that may stand in its place.
    """

    type: Type
    optional: bool = False
    many: bool = False
    least: int = 1
    most: int | None = None
    words: tuple[str, ...] = ()


@value
class Row:
    """One statement.

    Args:
        keyword: its first word.
        places: `file`, `campaign` or both; what may stand in a campaign may stand in `defaults` too.
        wanted: its arguments, as a message says them after `KEYWORD wants`.
        help: what it means, in one line.
        example: a line that is right.
        slots: the arguments in their order.
        clauses: arguments that follow a word of their own, in any order.
        needed: those clauses that may not be left out.
        repeatable: it may stand there more than once.
        varied: it may stand in a `variant` too.
        where: it may end in `where ...`.
        block: it may have a `{ }`.
    """

    keyword: str
    places: frozenset[str]
    wanted: str
    help: str
    example: str
    slots: tuple[Slot, ...] = ()
    clauses: Mapping[str, Slot] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    repeatable: bool = False
    varied: bool = False
    where: bool = False
    block: bool = False


FILE = "file"
CAMPAIGN = "campaign"

IN_FILE = frozenset({FILE})
IN_CAMPAIGN = frozenset({CAMPAIGN})
ANYWHERE = IN_FILE | IN_CAMPAIGN

TEXT = Slot(Type.TEXT)
NAME = Slot(Type.NAME)
