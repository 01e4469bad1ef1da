"""What a mail server can do wrong, as values: the script of an `SmtpServer`."""

import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["STEPS", "Fault", "Script", "hang_up", "refuse", "silence"]

#: Where a fault can strike: `content` is after the first line of a message, or after BDAT and before what it announces;
#: `end` is after the whole of it.
STEPS = ("connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "content", "end", "RSET", "QUIT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A deviation from what an obliging server would do at one step.

    Args:
        at: the step, one of `STEPS`.
        reply: said instead of the usual answer, verbatim, lines joined by CRLF; after a 421 the server hangs up.
        then: `go on`, `hang up`, or `hold`: say no more and keep the connection.
        to: strike only when this is the recipient of the transaction (from RCPT on); empty: for anybody.
        after: strike only when the connection has carried so many messages.
        times: how often it strikes, over all connections.
        taken: the message counts as accepted though the client does not hear of it (at `end`).
    """

    at: str
    reply: str = ""
    then: str = "go on"
    to: str = ""
    after: int = 0
    times: int = sys.maxsize
    taken: bool = False

    def __post_init__(self) -> None:
        if self.at not in STEPS:
            raise ValueError(f"no step `{self.at}`; there are {', '.join(STEPS)}")


def refuse(at: str, reply: str, *, to: str = "", after: int = 0, times: int = sys.maxsize) -> Fault:
    """Answer `reply` at a step, like `refuse("RCPT", "450 4.2.0 greylisted", times=2)`."""
    return Fault(at=at, reply=reply, to=to, after=after, times=times)


def hang_up(
    at: str, *, reply: str = "", to: str = "", after: int = 0, times: int = sys.maxsize, taken: bool = False
) -> Fault:
    """Close the connection at a step, without a word or with one, like `hang_up("MAIL", after=5)`."""
    return Fault(at=at, reply=reply, then="hang up", to=to, after=after, times=times, taken=taken)


def silence(at: str, *, to: str = "", after: int = 0, times: int = sys.maxsize, taken: bool = False) -> Fault:
    """Say nothing from a step on, and keep the connection open."""
    return Fault(at=at, then="hold", to=to, after=after, times=times, taken=taken)


class Script:
    """Faults, in the order in which they are tried, and how often each has struck.

    Args:
        faults: what goes wrong.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = tuple(faults)
        self._struck: Counter[int] = Counter()
        self._lock = threading.Lock()

    def strike(self, at: str, rcpt_to: Sequence[str], carried: int) -> Fault | None:
        """Find what strikes at a step, and count it; `carried` is how many messages the connection has carried."""
        with self._lock:
            for number, fault in enumerate(self._faults):
                meant = fault.at == at and carried >= fault.after and (not fault.to or fault.to in rcpt_to)
                if meant and self._struck[number] < fault.times:
                    self._struck[number] += 1
                    return fault
        return None
