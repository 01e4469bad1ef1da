"""What a refusal means: one table, first row that fits wins (RFC 5321, 4.2.1; RFC 3463; what providers document).

The basic code outranks the enhanced one: `421 5.7.32` is temporary.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, IntEnum

from mailgrid.hookspecs import Reply, Scope, Status

__all__ = ["EXPECTED", "RULES", "Code", "Meaning", "Rule", "Step", "meaning_of", "retry_after"]


class Step(Enum):
    """What a reply answers; `CONTENT` is the end of the data."""

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
    NO_LOGIN = 535


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
    """What a refusal makes of a message, whom it is about, and whether this connection is to be left."""

    status: Status
    scope: Scope
    leave: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: at these steps, a basic code, an enhanced code and a text that match mean this.

    The three are patterns: `code` and `enhanced` from the start, `text` anywhere and in any case.
    """

    steps: frozenset[Step]
    code: str
    enhanced: str
    text: str
    meaning: Meaning

    def fits(self, step: Step, reply: Reply) -> bool:
        """Say whether this row is about `reply` to `step`."""
        return (
            step in self.steps
            and re.match(self.code, str(reply.code)) is not None
            and re.match(self.enhanced, reply.enhanced) is not None
            and re.search(self.text, reply.text, re.IGNORECASE) is not None
        )


_ANY = frozenset(Step)
_MESSAGE = frozenset({Step.RCPT, Step.DATA, Step.CONTENT})
_BEFORE = _ANY - _MESSAGE
_UNANSWERED = _ANY - {Step.CONTENT}

_ROUTE = Meaning(Status.UNSENT, Scope.ROUTE)
_LEAVE = Meaning(Status.UNSENT, Scope.ROUTE, leave=True)
_US = Meaning(Status.UNSENT, Scope.SENDER)
_LATER = Meaning(Status.DEFERRED, Scope.RECIPIENT)
_SLOWER = Meaning(Status.DEFERRED, Scope.ROUTE)
_NEVER = Meaning(Status.FAILED, Scope.RECIPIENT)
_UNWELCOME = Meaning(Status.FAILED, Scope.SENDER)

RULES: tuple[Rule, ...] = (
    # this connection
    Rule(_ANY, "421", "", "", _LEAVE),  # closing: throttled, restarting or timed out
    Rule(_ANY, "452", r"4\.(4\.5|5\.3)$", "", _LEAVE),  # too many messages in this session
    Rule(_UNANSWERED, "503", "", "", _LEAVE),  # the two sides disagree on where they are
    # temporary
    Rule(_BEFORE, "4", "", "", _ROUTE),  # disk full, overloaded: nobody's message in particular
    Rule(_MESSAGE, "451", r"4\.7\.", "gr[ae]y-?list", _LATER),  # each new recipient is put off once
    Rule(_MESSAGE, "451", r"4\.7\.", "", _SLOWER),  # sent too fast
    Rule(_MESSAGE, "454", "", "", _SLOWER),  # throttling (Amazon SES)
    Rule(_MESSAGE, "4", "", "", _LATER),
    # about the size of this message, though it is said at MAIL (RFC 1870)
    Rule(frozenset({Step.MAIL}), "552", "", "", _NEVER),
    # about us
    Rule(_BEFORE, "5", "", "", _US),
    # permanent by its code, temporary by its meaning (Gmail)
    Rule(_MESSAGE, "550", r"5\.2\.1$", r"\brate\b", _LATER),  # the mailbox receives too fast
    Rule(_MESSAGE, "550", r"5\.4\.5$", "", _SLOWER),  # our daily quota
    Rule(_MESSAGE, "552", r"5\.2\.2$", "", _LATER),  # the mailbox is full
    # permanent
    Rule(_MESSAGE, "5", r"5\.7\.", "", _UNWELCOME),  # policy, reputation, authentication
    Rule(_MESSAGE, "55[04]", "$", r"\bblocked\b|\bblack-?list", _UNWELCOME),  # the same, without an enhanced code
    Rule(_MESSAGE, "5", "", "", _NEVER),  # no such mailbox, not this content
)

_WAIT = re.compile(r"\b(?:in|after|for|wait)\s+(?:(\d+):(\d\d):(\d\d)\b|(\d+)\s*(s|m|h)[a-z]*\b)", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DAY = 86400


def meaning_of(step: Step, reply: Reply) -> Meaning | None:
    """Look a refusal up; None when it is no refusal, so that the two sides are out of step."""
    return next((rule.meaning for rule in RULES if rule.fits(step, reply)), None)


def retry_after(text: str) -> float | None:
    """Read the wait that a reply asks for, in seconds, a day at most: `try again in 5 minutes`, `in 00:05:00`."""
    match = _WAIT.search(text)
    if not match:
        return None
    if match[4]:
        seconds = int(match[4]) * _SECONDS[match[5].lower()]
    else:
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
    return float(min(seconds, _DAY))
