"""Bounces: who could not be reached after all, as the relay's log tells it, and whether that will stay so."""

from collections.abc import Iterable, Mapping
from enum import Enum

from mailgrid.maillog.log_entry import Kind, LogEntry
from mailgrid.value import value

__all__ = ["Bounce", "BounceClass", "bounces", "class_of"]


class BounceClass(Enum):
    """What a bounce is about, by its enhanced status code (RFC 3463)."""

    ADDRESS = "address"  #: there is no such mailbox, or no such domain: nobody will ever be reached there
    MAILBOX = "mailbox"  #: the mailbox is full, or takes nothing now
    POLICY = "policy"  #: the sender was refused, or the message for its sender's sake
    CONTENT = "content"  #: the message was refused for what it holds, or for its size
    OTHER = "other"  #: anything else, and what came without a code


_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_SUBJECTS = {"2": BounceClass.MAILBOX, "6": BounceClass.CONTENT, "7": BounceClass.POLICY}
_TOO_LARGE = frozenset({"5.2.3", "5.3.4"})


@value
class Bounce:
    """The last bounce of an address: of which class, with what code and words, and when (seconds since 1970)."""

    category: BounceClass
    enhanced: str
    text: str
    time: float


def class_of(enhanced: str) -> BounceClass:
    """Return the class of a bounce with this enhanced status code, which may be empty."""
    if enhanced in _ADDRESS:
        return BounceClass.ADDRESS
    if enhanced in _TOO_LARGE:
        return BounceClass.CONTENT
    _, _, rest = enhanced.partition(".")
    return _SUBJECTS.get(rest.partition(".")[0], BounceClass.OTHER)


def bounces(entries: Iterable[LogEntry]) -> Mapping[str, Bounce]:
    """Return the last bounce of each address, casefolded; none of those to whom a later message was delivered.

    Raises:
        UsageError: a log cannot be read.
    """
    found: dict[str, Bounce] = {}
    reached: dict[str, float] = {}
    for entry in entries:
        for address in map(str.casefold, entry.recipients):
            if entry.kind is Kind.BOUNCED and (address not in found or found[address].time <= entry.time):
                found[address] = Bounce(class_of(entry.enhanced), entry.enhanced, entry.text, entry.time)
            elif entry.kind is Kind.DELIVERED and address in found:
                reached[address] = max(entry.time, reached.get(address, 0.0))
    return {address: bounce for address, bounce in found.items() if reached.get(address, 0.0) <= bounce.time}
