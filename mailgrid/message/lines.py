"""Lines: a straight template of ASCII, made into the lines of a mail once; each person then costs their values only."""

import re
from collections.abc import Callable, Mapping

from mailgrid.message.lint import LONGEST_LINE
from mailgrid.message.straight import HOLE, Form, Straight

__all__ = ["Lines"]

#: Text that can be a line as it is (RFC 5322, 2.3, and no control character but TAB).
_PLAIN = re.compile(rf"[\t\n -~{HOLE}]*")
#: A line that is sent as it stands must not begin like a message in an mbox file.
_FROM = "From "


class Lines:
    """Fills a template whose text is lines of ASCII.

    Args:
        straight: the template.
        tidy: makes its text tidy, as `Body` does with a finished one; None: it stays as it is. It must not depend on
            what the values are, as long as they are not blank and neither begin nor end with a blank.

    Raises:
        ValueError: it is not like that; everybody's lines have to be made on their own.
    """

    def __init__(self, straight: Straight, *, tidy: Callable[[str], str] | None = None) -> None:
        skeleton = straight.skeleton.replace("\r\n", "\n").replace("\r", "\n")
        skeleton = tidy(skeleton) if tidy else skeleton
        if not _PLAIN.fullmatch(skeleton):
            raise ValueError("there is more than lines of ASCII in it")
        last = skeleton[skeleton.rfind("\n") + 1 :]
        #: Whether the last line is one only where a value is there.
        self._open = bool(last) and not last.strip(HOLE)
        skeleton = skeleton if skeleton.endswith("\n") else skeleton + "\n"
        self._form = Form(Straight(skeleton.replace("\n", "\r\n"), straight.holes, straight.escaped))
        self._literals = tuple(literal.encode() for literal in self._form.literals)
        self._stripped = tidy is not None
        lines = skeleton.split("\n")
        self._room = min(map(_room, lines))
        if self._room < 0:
            raise ValueError("a line is too long")
        if any(line.startswith(_FROM) for line in lines):
            raise ValueError("a line begins like a message in an mbox file")
        #: Whether a value can make a line begin so.
        self._wary = any(_FROM.startswith(line.partition(HOLE)[0]) for line in lines if HOLE in line)

    def __call__(self, names: Mapping[str, object]) -> bytes | None:
        """Return the lines for these names; None where they have to be made with more care."""
        values = self._form.values(names)
        if values is None:
            return None
        for value in values:
            if len(value) > self._room or not value.isascii() or (self._stripped and value.strip() != (value or " ")):
                return None
        octets = b"".join(self._form.pick((*self._literals, *[value.encode() for value in values])))
        if self._open and octets.endswith(b"\r\n\r\n"):
            return None
        return None if self._wary and b"\n" + _FROM.encode() in b"\n" + octets else octets


def _room(line: str) -> int:
    """Return how long each value in a line may be; a line without one that is too long has less than none."""
    holes = line.count(HOLE)
    return (LONGEST_LINE - len(line) + holes) // max(holes, 1)
