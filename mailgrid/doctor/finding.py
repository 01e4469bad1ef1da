"""Finding: one thing that was looked at, what is so, why it matters, and how to mend it."""

from enum import IntEnum

from mailgrid.value import value

__all__ = ["Finding", "Level"]


class Level(IntEnum):
    """How bad it is."""

    OK = 0  #: as it should be
    NOTE = 1  #: could not be found out, or could be better
    WARNING = 2  #: some mail will suffer
    ERROR = 3  #: large providers refuse such mail


@value
class Finding:
    """A finding.

    Args:
        check: what was looked at: `spf`, `dmarc`, `relay`, ...
        level: how bad it is.
        what: what is so, in one line.
        why: why it matters; empty where all is well.
        mend: what to do.
        link: where the rule stands.
    """

    check: str
    level: Level
    what: str
    why: str = ""
    mend: str = ""
    link: str = ""
