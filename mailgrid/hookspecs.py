"""The plugin API: the values that cross the border, the protocols, the hooks. Imports nothing of ours.

A plugin is a module with functions marked `@hookimpl`. It registers kinds, which are opened by name when a campaign
asks for one. Values are keyword-only and frozen, so that a later version may add a field without breaking anybody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pluggy

__all__ = [
    "API_VERSION",
    "CampaignInfo",
    "ChecksSender",
    "Column",
    "Context",
    "Counts",
    "Endpoint",
    "Examinable",
    "FunctionKind",
    "HasKnownLimits",
    "KnownLimits",
    "Location",
    "Message",
    "Observer",
    "ObserverKind",
    "OneByOne",
    "Option",
    "OptionType",
    "Outcome",
    "Patient",
    "Problem",
    "Recipient",
    "Reply",
    "Row",
    "Scope",
    "Secret",
    "Session",
    "Skip",
    "Source",
    "SourceKind",
    "Status",
    "Test",
    "Transport",
    "TransportKind",
    "hookimpl",
    "hookspec",
]

#: The version of this module's promises; it grows when one of them changes.
API_VERSION = 1

hookspec = pluggy.HookspecMarker("mailgrid")
hookimpl = pluggy.HookimplMarker("mailgrid")


# ---- who -----------------------------------------------------------------------------------------------------


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


# ---- what happened to one message -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message for one mailbox, ready for the wire.

    `mail_from` and `rcpt_to` are the envelope (ASCII, or UTF-8 when `needs` holds `smtputf8`), `content` the exact
    bytes with CRLF line ends and no dot-stuffing, `needs` what the far side must offer: `8bit`, `smtputf8`.
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


# ---- settings of a kind ---------------------------------------------------------------------------------------


class Secret:
    """A text that never shows itself: its `str` and `repr` are masked; `reveal()` is for the moment of use."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"


class OptionType(Enum):
    """How an option is written in a campaign file, and what `open` gets for it."""

    TEXT = "text"  #: `host "localhost"` → str
    WORD = "word"  #: `tls starttls` → str, one of the option's `choices`
    INTEGER = "integer"  #: `port 587` → int
    NUMBER = "number"  #: `ratio 0.5` → decimal.Decimal
    FLAG = "flag"  #: `strict true`, or `strict` alone → bool
    DURATION = "duration"  #: `timeout 30s` → datetime.timedelta
    SIZE = "size"  #: `max_size 25MB` → int, bytes
    SECRET = "secret"  #: `password secret("NAME")` → Secret; a literal is refused
    PATH = "path"  #: `ca "ca.pem"` → pathlib.Path, inside the project
    LIST = "list"  #: `columns "email" "name"` → tuple of str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting that a kind takes in its `{ }`.

    `choices` are bare words that are allowed besides the type's own form (the only ones for `WORD`), `unit` a word
    that must follow the value, like `messages` in `reuse 100 messages`. Where it is not written, `default` is taken.
    One with `trust` reaches outside, by running a program for instance: a campaign file may use it only where
    `mailgrid.toml` or `--trust` names it. One with `clause` may also stand behind the driver's name, with its value.
    """

    name: str
    type: OptionType
    help: str
    default: object = None
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    trust: bool = False
    clause: bool = False


class Location(Enum):
    """What the text after a driver's name means."""

    NONE = "none"  #: the driver takes none
    FILE = "file"  #: a file inside the project; `-` is standard input
    FOLDER = "folder"  #: a folder inside the project
    TEXT = "text"  #: a text that the driver understands, a URL for instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a row: `kind` groups (`short row`), `line` is 1-based, `dropped` rows are left out."""

    kind: str
    line: int
    text: str
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a kind may know about the campaign that opens it.

    `folder` is the campaign file's folder, `root` the project's; `now` and `zone` are fixed once per plan. `resolve`
    turns a path of the campaign into one on disk and refuses what leaves the project (SourceError). `report` takes a
    Problem; the plan counts and shows them. `allow_hosts` are those of `mailgrid.toml`: `host`, `host:port`, or
    `.domain` for all below; no other may be asked at an address that is not public.
    """

    folder: Path
    root: Path
    now: datetime
    zone: tzinfo
    resolve: Callable[[str], Path]
    report: Callable[[Problem], None]
    allow_hosts: tuple[str, ...] = ()


Opener = Callable[[str | None, Mapping[str, Any], Context], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source: `source NAME "location" { options }`.

    `open(location, options, context)` returns a Source; given as `"module:function"` it is imported when first used.
    It gets all options, those that were not written with their defaults. One with `trust` reaches outside whatever its
    options say: a campaign file may use it only where `mailgrid.toml` or `--trust` names it.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.TEXT
    location_required: bool = True
    trust: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportKind:
    """A kind of transport: `transport NAME "location" { options }`; `open` returns a Transport.

    `reaches_people` is false where nothing leaves this machine: such runs are rehearsals and need no confirmation.
    `trust` is as of a SourceKind. One that `yields` leaves its name to files that declare a transport of that name.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.NONE
    location_required: bool = False
    reaches_people: bool = True
    yields: bool = False
    trust: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionKind:
    """A function for `where` and for templates: `name` needs a prefix of its own, like `acme_score`.

    `call` gets texts, cells as they stand, and returns a text, a decimal.Decimal, a bool, a date, or None: unknown. It
    is called for each row, so it must be pure and quick. `result` says which of them, with the words of a Column's
    `type`, so that a comparison with another is a mistake that `check` finds; None where that differs.
    """

    name: str
    call: str | Callable[..., object]
    help: str
    arguments: int = 1
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverKind:
    """A kind of observer: `observe NAME "location" { options }`; `open` returns an Observer, and touches nothing yet.

    `trust` is as of a SourceKind.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.NONE
    location_required: bool = False
    trust: bool = False


# ---- sources --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a source: `type` is `text`, `number`, `yes/no`, `date`, `datetime`, `list`, or None: untyped text."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A simple condition that every wanted row fulfils: `column` `operator` (`=`, `in`, `is not empty`) `values`."""

    __test__ = False  # pytest would collect it by its name

    column: str
    operator: str
    values: tuple[str, ...] = ()


#: A row: its line in the source (1-based), and its cells, one for each wanted column, in the order asked for.
Row = tuple[int, Sequence[Any]]


class Source(Protocol):
    """Rows of people, read once from start to end."""

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the source's order, known as soon as it is open."""

    @property
    def complete(self) -> bool:
        """Whether no row has a column besides these; records of JSON may."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield the rows. One that surely fails one of `tests` may be left out; each is tested again by the caller.

        Raises:
            SourceError: the source cannot be read any further; it names the line.
        """

    def close(self) -> None:
        """Give back what is held. May be called twice."""


# ---- transports -----------------------------------------------------------------------------------------------


class Session(Protocol):
    """One worker's own line to the far side, used by one thread."""

    @property
    def window(self) -> int:
        """How many messages it takes at once now; it may change between calls."""

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Yield exactly one outcome a message, in order, each as soon as it is known; wait for the far side only.

        It connects, and connects again, by itself. Where the far side cannot be reached outcomes are `unsent` with
        scope `route`, where it has too many connections already with scope `session`, and where it refuses us whatever
        we send (login, no TLS) with scope `sender`.
        """

    def close(self) -> None:
        """End the conversation politely. May be called twice, and after an error."""


class Transport(Protocol):
    """A way to send, opened once a run."""

    @property
    def title(self) -> str:
        """How it is shown to people, like `smtp localhost:25`; without secrets."""

    def check(self) -> None:
        """Find out, without sending, whether sending would work: connect, TLS, login.

        Raises:
            TransportError: it would not; the message says at which step.
        """

    def open_session(self) -> Session:
        """Make a session for one worker; connecting may wait until the first message."""

    def close(self) -> None:
        """Give back what is held. May be called twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The far side as a transport found it.

    `host` and `port` are where it is, `address` the IP address that answered, `encrypted` the protocol (`TLSv1.3`;
    empty where there is none), `valid_until` when its certificate ends, in seconds since 1970 (None: it has none, or it
    was not checked), `largest` the largest message that it takes, in octets (0: it does not say).
    """

    host: str
    port: int
    address: str
    encrypted: str = ""
    valid_until: float | None = None
    largest: int = 0


@runtime_checkable
class Examinable(Protocol):
    """What a transport may offer beside `Transport`: to tell what it found at the far side."""

    def examine(self) -> Endpoint:
        """Do what `check` does, and tell what was found.

        Raises:
            TransportError: sending would not work; the message says at which step.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLimits:
    """What a far side is known to allow, which holds where a file says nothing else; None for what is not known.

    `origin` says where that is known from; `per_minute` and `per_day` are messages, `sessions` how many at once.
    """

    origin: str
    per_minute: int | None = None
    per_day: int | None = None
    sessions: int | None = None


@runtime_checkable
class HasKnownLimits(Protocol):
    """What a Transport may have besides, where it knows what the far side allows."""

    @property
    def known_limits(self) -> KnownLimits | None:
        """What is allowed; None where that is not known."""


@runtime_checkable
class ChecksSender(Protocol):
    """What a Transport has besides, if it can find out before the first message whether its sender is accepted."""

    def check_sender(self, mail_from: str) -> None:
        """Do what `check` does, and find out whether mail from this address is taken; called in place of `check`.

        Raises:
            TransportError: it is not, or sending would not work at all.
        """


class OneByOne:
    """A session for a far side that takes one message at a time, made of a function that sends one.

    `send` returns the Reply: a code of 400 and more means deferred, of 500 and more failed, any other sent; or, where
    it knows better, an Outcome. An OSError leaves the message in doubt. `close` is called once.
    """

    window = 1

    def __init__(self, send: Callable[[Message], Reply | Outcome], close: Callable[[], None] = lambda: None) -> None:
        self._send = send
        self._close: Callable[[], None] | None = close

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Send each message, and yield what became of it."""
        for message in batch:
            yield self._outcome(message)

    def close(self) -> None:
        """Give back what `send` holds."""
        close, self._close = self._close, None
        if close:
            close()

    def _outcome(self, message: Message) -> Outcome:
        try:
            answer = self._send(message)
        except OSError as error:
            reply = Reply(text=error.strerror or str(error))
            return Outcome(message=message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)
        if isinstance(answer, Outcome):
            return answer
        status = {4: Status.DEFERRED, 5: Status.FAILED}.get(answer.code // 100, Status.SENT)
        return Outcome(message=message, status=status, reply=answer)


# ---- what observers see ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignInfo:
    """A campaign that begins to send: its identity, and how many messages there are."""

    name: str
    edition: str
    transport: str
    to_send: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How a campaign ended, in messages."""

    sent: int
    failed: int
    deferred: int
    in_doubt: int


class Observer(Protocol):
    """Is told what becomes of each message of a file's campaigns, on the observers' thread.

    One that raises or is slow costs nobody else anything.
    """

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """A campaign begins to send."""

    def outcome_recorded(self, outcome: Outcome) -> None:
        """An outcome is durable."""

    def campaign_finished(self, counts: Counts) -> None:
        """A campaign has ended, however it ended. It is the last call."""


@runtime_checkable
class Patient(Protocol):
    """What an Observer has besides, if the end of a run is to wait for it longer than for others."""

    @property
    def patience(self) -> float:
        """How long its `campaign_finished` may take, in seconds."""


# ---- hooks ----------------------------------------------------------------------------------------------------


@hookspec
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Call `register` with each kind of source. Called once, before any file is read."""


@hookspec
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Call `register` with each kind of transport. Called once, before any file is read."""


@hookspec
def register_functions(register: Callable[[FunctionKind], None]) -> None:
    """Call `register` with each function for `where` and templates. Called once, before any file is read."""


@hookspec
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Call `register` with each kind of observer. Called once, before any file is read."""


@hookspec
def register_commands(group: object) -> None:
    """Add commands to the command line. Called once, by `mailgrid` only; `group` is its click group."""


@hookspec
def recipient_selected(recipient: Recipient) -> Recipient | Skip | None:
    """Change or skip a person who matched. Called once for each, while gathering; None leaves it as it is."""


@hookspec
def campaign_started(campaign: CampaignInfo) -> None:
    """A campaign begins to send. Called on the observers' thread."""


@hookspec
def outcome_recorded(outcome: Outcome) -> None:
    """An outcome is durable. Called on the observers' thread, in the order in which they were recorded."""


@hookspec
def campaign_finished(counts: Counts) -> None:
    """A campaign has ended, however it ended. Called on the observers' thread, last."""


def hook_names() -> Iterable[str]:
    """The names of all hooks, in the order of this file."""
    return [name for name, value in globals().items() if hasattr(value, "mailgrid_spec")]
