"""Campaign: a file that makes sense by itself. The checker makes it of the tree; planning binds it to the world.

Every name in it is resolved, every setting typed; `defaults` and imports are merged in. Still unopened: sources,
transports, templates, columns, and what `env()` and `secret()` stand for.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from mailgrid.language.ast import Expr, Literal
from mailgrid.language.message_settings import Attachment, Dkim, Header, Inline, Unsubscribe
from mailgrid.language.sending_settings import Limit, Retry, Schedule, Stop, Window
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate, Size
from mailgrid.language.written import Driver, Quoted, Reference, Setting
from mailgrid.value import value

__all__ = [
    "Attachment",
    "Campaign",
    "Dkim",
    "Driver",
    "Header",
    "Inline",
    "Limit",
    "Quoted",
    "Reference",
    "Retry",
    "Schedule",
    "Setting",
    "Stop",
    "Suppression",
    "Unsubscribe",
    "Variant",
    "Window",
]


@value
class Suppression:
    """`suppress driver "location" [column NAME] [where ...]`: nobody of these is written to.

    `column` holds their addresses; None for the one that is known by its name.
    """

    source: Driver
    column: Quoted | None = None


@value
class Variant:
    """`variant NAME [PERCENT] [where ...] { settings }`: another wording for a part of the people.

    `share` is its part, between 0 and 1, of those who may get it (`where`; None: everybody). `campaign` is the
    campaign with the variant's settings over its own; it has no variants itself.
    """

    span: Span = field(compare=False, repr=False)
    name: str
    share: float
    where: Expr | None
    campaign: "Campaign"


@value
class Campaign:
    """One campaign, checked. Settings that were not written are None or empty.

    `where` is the joined condition, still with its segments by name; `segments` holds their conditions and `lets`
    the values that conditions and templates may use (Literal, tuple of Literals, or Reference). `sources` and
    `transports` are those that have names. `places` are the keywords of the statements that were written, by keyword,
    `body` the brace that its block begins with.
    """

    name: str
    span: Span = field(compare=False, repr=False)
    path: Path | None
    folder: Path
    source: Driver
    sender: Quoted
    subject: Quoted
    transport: Driver | None
    where: Expr | None = None
    segments: Mapping[str, Expr] = field(default_factory=dict)
    lets: Mapping[str, Literal | tuple[Literal, ...] | Reference] = field(default_factory=dict)
    sources: Mapping[str, Driver] = field(default_factory=dict)
    transports: Mapping[str, Driver] = field(default_factory=dict)
    to: Quoted | None = None
    reply_to: Quoted | None = None
    cc: tuple[Quoted, ...] = ()
    bcc: tuple[Quoted, ...] = ()
    preheader: Quoted | None = None
    headers: tuple[Header, ...] = ()
    template: Quoted | None = None
    template_text: Quoted | None = None
    html: Quoted | None = None
    text: Quoted | None = None
    attachments: tuple[Attachment, ...] = ()
    inlines: tuple[Inline, ...] = ()
    variants: tuple[Variant, ...] = ()
    unsubscribe: Unsubscribe | None = None
    return_path: Quoted | None = None
    list_id: Quoted | None = None
    feedback_id: Quoted | None = None
    precedence: str = ""
    dkim: tuple[Dkim, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    observers: tuple[Driver, ...] = ()
    key: Quoted | None = None
    edition: Quoted | None = None
    zone: Quoted | None = None
    title: str = ""
    kind: str = "marketing"
    rate: Rate | None = None
    burst: int | None = None
    limits: tuple[Limit, ...] = ()
    quota: Rate | None = None
    schedule: Schedule | None = None
    window: Window | None = None
    workers: int = 8
    max_size: Size | None = None
    retry: Retry = field(default_factory=Retry)
    stop: Stop | None = None
    on_doubt: str = "hold"
    sample: Percent | None = None
    take: int | None = None
    test: tuple[Quoted, ...] = ()
    formerly: tuple[Quoted, ...] = ()
    places: Mapping[str, tuple[Span, ...]] = field(default_factory=dict, compare=False, repr=False)
    body: Span | None = field(default=None, compare=False, repr=False)
