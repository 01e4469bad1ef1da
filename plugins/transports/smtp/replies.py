"""Replies: which are expected at which step, what a refusal makes of a message, and the wait that it asks for."""

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, IntEnum

from mailgrid.hookspecs import Scope, Status

__all__ = ["EXPECTED", "Code", "Meaning", "Step", "retry_after"]


class Step(Enum):
    """What a reply answers; `CONTENT` is the end of the data."""

    __hash__ = object.__hash__  # each member is one of a kind; Enum's own is a call of Python for every reply

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"


class Code(IntEnum):
    """Basic codes that are known by name here (RFC 5321, 4.2.3; RFC 4954)."""

    READY = 220
    LOGGED_IN = 235
    OK = 250
    GO_ON = 334
    SEND_IT = 354
    CLOSING = 421
    UNKNOWN = 500
    NOT_IMPLEMENTED = 502
    OUT_OF_STEP = 503
    NO_LOGIN = 535
    FAILED = 554


#: The codes that let a conversation go on; 251 and 252 mean that a recipient is taken without being known.
EXPECTED: dict[Step, Container[int]] = {
    Step.GREETING: {Code.READY},
    Step.EHLO: {Code.OK},
    Step.STARTTLS: {Code.READY},
    Step.AUTH: {Code.LOGGED_IN},
    Step.MAIL: {Code.OK},
    Step.RCPT: {Code.OK, 251, 252},
    Step.DATA: {Code.SEND_IT},
    Step.CONTENT: range(200, 300),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refusal makes of a message, whom it is about, and whether this connection is to be left.

    `wait` is in seconds, for a reply that names no time itself; None for none.
    """

    status: Status
    scope: Scope
    leave: bool = False
    wait: float | None = None

    def retry_after(self, text: str) -> float | None:
        """Return the seconds to wait, which the reply's text asks for or which are usual; None where it is over."""
        return None if self.status is Status.FAILED else retry_after(text) or self.wait


#: Units of time as servers write them, in seconds, by their first letter.
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WAIT = re.compile(
    r"\b(?:in|after|for|wait)\s+(?:(?:about|approximately|another|at least)\s+)?"
    r"(?:(\d{1,6}):(\d\d):(\d\d)\b|(\d{1,9})\s*(?:more\s+)?"
    r"(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)\b)",
    re.IGNORECASE,
)
_DAY = 86400


def retry_after(text: str) -> float | None:
    """Read the wait that a reply asks for, in seconds, a day at most: `try again in 5 minutes`, `in 00:05:00`."""
    match = _WAIT.search(text)
    if not match:
        return None
    if match[4]:
        seconds = int(match[4]) * _SECONDS[match[5][0].lower()]
    else:
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
    return float(min(seconds, _DAY))
