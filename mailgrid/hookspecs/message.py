"""A message and what became of it: who it is for, what goes over the wire, what the far side said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["Message", "Outcome", "Recipient", "Reply", "Scope", "Skip", "Status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who matched.

    `key` is what "already sent" is judged by, `address` the mail address as it goes on the wire, `fields` the row's
    cells by column, `line` where the row stands in its source (1-based; 0 when a source has no lines). `variant` is
    the name of the wording that they get; empty where a campaign has no variants.
    """

    key: str
    address: str
    fields: Mapping[str, object]
    line: int = 0
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The answer of `recipient_selected` for a person who is not to be written to; `reason` is shown in the plan."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message for one mailbox, ready for the wire.

    `mail_from` and `rcpt_to` are the envelope (ASCII, or UTF-8 when `needs` holds `smtputf8`), `content` the exact
    bytes with CRLF line ends (`CrlfLines` where that is known) and no dot-stuffing, `needs` what the far side must
    offer: `8bit`, `smtputf8`.
    `copies` are further envelope recipients. The pipeline sends them, each as a message of its own once this one was
    accepted, so a session is given messages without any.
    """

    recipient: Recipient
    mail_from: str
    rcpt_to: str
    content: bytes
    message_id: str
    needs: frozenset[str] = frozenset()
    copies: tuple[str, ...] = ()


class Status(Enum):
    """What became of a message; never guessed from a text."""

    __hash__ = object.__hash__  # each member is one of a kind; Enum's own is a call of Python for every message

    SENT = "sent"  #: the far side has taken responsibility
    DEFERRED = "deferred"  #: refused for now: try again later
    FAILED = "failed"  #: refused for good
    IN_DOUBT = "in_doubt"  #: written, wholly or partly, and no answer was seen
    UNSENT = "unsent"  #: never written: pending again, no attempt counted


class Scope(Enum):
    """Whom a reply is about."""

    RECIPIENT = "recipient"  #: this mailbox or this message
    ROUTE = "route"  #: the connection or the server: it needs a pause
    SESSION = "session"  #: this session: the server takes no further one, and those that there are may go on
    SENDER = "sender"  #: us: configuration or reputation, so every further message would meet the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The far side's answer, verbatim: basic `code` (0 when there was none), `enhanced` code (RFC 3463), `text`."""

    code: int = 0
    enhanced: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of `message`. `retry_after` is in seconds, where the far side named a time."""

    message: Message
    status: Status
    reply: Reply = field(default_factory=Reply)
    scope: Scope = Scope.RECIPIENT
    retry_after: float | None = None
