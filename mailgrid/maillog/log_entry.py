"""LogEntry: what one line of a mail server's log says about one message."""

from enum import Enum

from mailgrid.value import value

__all__ = ["Kind", "LogEntry"]


class Kind(Enum):
    """What happened to a message."""

    NAMED = "named"  #: its Message-ID was seen; whether it was taken is not known yet
    TAKEN = "taken"  #: the server has taken responsibility
    DELIVERED = "delivered"  #: handed on, or put into a mailbox
    DEFERRED = "deferred"  #: could not be handed on for now
    BOUNCED = "bounced"  #: cannot be handed on, for good
    ENDED = "ended"  #: the server is done with it; its queue id may be given to another message


@value
class LogEntry:
    """A line.

    Args:
        queue: the server's own name of the message while it has it.
        kind: what happened.
        message_id: with its angle brackets, of an entry that names the message; else empty.
        recipients: the address that it was for, as it was given and as it was rewritten.
        enhanced: the enhanced status code (RFC 3463), like `5.1.1`; empty where there was none.
        text: what the far side said, or the server itself.
        time: seconds since 1970; 0 until the line's stamp was read.
    """

    queue: str
    kind: Kind
    message_id: str = ""
    recipients: tuple[str, ...] = ()
    enhanced: str = ""
    text: str = ""
    time: float = 0.0
