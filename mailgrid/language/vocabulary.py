"""The vocabulary: which statements there are, where each may stand, what it takes. A table; the rest asks it.

The grammar knows one shape for all of them, so a new statement is a new row here, and a misspelt one can be named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["BODIES", "CAMPAIGN", "FILE", "VOCABULARY", "Row", "Slot", "Type"]


class Type(Enum):
    """What one argument of a statement may be."""

    TEXT = "a text in quotes"
    NAME = "a name"
    COUNT = "a whole number"
    RATE = "a rate like 10/s, 600/min, 1000/h or 50000/day"
    DURATION = "a duration like 30s, 5m, 6h or 2d"
    PERCENT = "a percentage like 20%"
    AMOUNT = "a whole number or a percentage"
    DRIVER = "a driver or the name of one"
    CONDITION = "a condition"


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one argument: its type, whether it may be left out, its limits, the words that it is one of."""

    type: Type
    optional: bool = False
    least: int = 1
    most: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One statement.

    Args:
        keyword: its first word.
        places: `file`, `campaign` or both; what may stand in a campaign may stand in `defaults` too.
        wanted: its arguments, as a message says them after `KEYWORD wants`.
        help: what it means, in one line.
        example: a line that is right.
        slots: the arguments in their order.
        clauses: arguments that follow a word of their own, in any order.
        repeatable: it may stand there more than once.
    """

    keyword: str
    places: frozenset[str]
    wanted: str
    help: str
    example: str
    slots: tuple[Slot, ...] = ()
    clauses: Mapping[str, Slot] = field(default_factory=dict)
    repeatable: bool = False


FILE = "file"
CAMPAIGN = "campaign"

_IN_FILE = frozenset({FILE})
_IN_CAMPAIGN = frozenset({CAMPAIGN})
_ANYWHERE = _IN_FILE | _IN_CAMPAIGN

_TEXT = Slot(Type.TEXT)
_NAME = Slot(Type.NAME)

#: The statements of which a campaign needs one: what is in the mail.
BODIES = ("template", "html", "text")

_ROWS = (
    # ---- in a file
    Row("mailgrid", _IN_FILE, "1", "the version of the language", "mailgrid 1", (Slot(Type.COUNT),)),
    Row("let", _IN_FILE, "a name and a value", "a named value", 'let brand = "Acme"', repeatable=True),
    Row("import", _IN_FILE, "a path in quotes", "brings in names", 'import "shared/mail.mailgrid"', repeatable=True),
    Row("defaults", _IN_FILE, "a block", "settings for every campaign of the file", "defaults { ... }"),
    Row(
        "segment",
        _IN_FILE,
        "a name and a `where`",
        "a named condition, used as `in NAME`",
        'segment pro where plan in ("pro", "team")',
        (_NAME,),
        repeatable=True,
    ),
    Row(
        "campaign",
        _IN_FILE,
        "a name and a block",
        "what to send; the name is its identity in the ledger",
        "campaign welcome { ... }",
        (_NAME,),
        repeatable=True,
    ),
    # ---- who
    Row(
        "source",
        _ANYWHERE,
        'a driver and where the rows are, like `csv "people.csv"`, or the name of a source',
        "the people",
        'source csv "people.csv"',
        (Slot(Type.DRIVER),),
    ),
    Row(
        "where",
        _IN_CAMPAIGN,
        "a condition",
        "which of them; several are joined with `and`",
        'where active and country = "FR"',
        (Slot(Type.CONDITION),),
        repeatable=True,
    ),
    Row("key", _IN_CAMPAIGN, "the name of a column", 'what "already sent" is judged by', "key id", (_NAME,)),
    Row(
        "edition",
        _IN_CAMPAIGN,
        "one text in quotes",
        "the issue of a newsletter: each is sent afresh",
        'edition "2026-w18"',
        (_TEXT,),
    ),
    Row(
        "take", _IN_CAMPAIGN, "a whole number", "only so many of them, always the same", "take 500", (Slot(Type.COUNT),)
    ),
    # ---- the message
    Row("from", _IN_CAMPAIGN, "one text in quotes", "the sender", 'from "Ada <ada@acme.com>"', (_TEXT,)),
    Row(
        "to",
        _IN_CAMPAIGN,
        "one text in quotes",
        "name and address of the recipient; the column `email` by itself",
        'to "{{ name }} <{{ email }}>"',
        (_TEXT,),
    ),
    Row("reply_to", _IN_CAMPAIGN, "one text in quotes", "where replies go", 'reply_to "help@acme.com"', (_TEXT,)),
    Row(
        "cc", _IN_CAMPAIGN, "one text in quotes", "a copy, seen by all", 'cc "team@acme.com"', (_TEXT,), repeatable=True
    ),
    Row(
        "bcc",
        _IN_CAMPAIGN,
        "one text in quotes",
        "a copy, seen by nobody",
        'bcc "archive@acme.com"',
        (_TEXT,),
        repeatable=True,
    ),
    Row("subject", _IN_CAMPAIGN, "one text in quotes", "the subject", 'subject "Hello {{ first_name }}"', (_TEXT,)),
    Row(
        "header",
        _IN_CAMPAIGN,
        "a name and a value, both in quotes",
        "a further header",
        'header "X-Campaign" "spring"',
        (_TEXT, _TEXT),
        repeatable=True,
    ),
    Row(
        "template",
        _IN_CAMPAIGN,
        'a file in quotes, and `text "file"` if there is a plain one too',
        "the file with the message",
        'template "hello.html" text "hello.txt"',
        (_TEXT,),
        {"text": _TEXT},
    ),
    Row("html", _IN_CAMPAIGN, "one text in quotes", "the message itself, as HTML", 'html "<p>Hello</p>"', (_TEXT,)),
    Row("text", _IN_CAMPAIGN, "one text in quotes", "the message itself, as plain text", 'text "Hello"', (_TEXT,)),
    # ---- how
    Row(
        "transport",
        _ANYWHERE,
        "a driver, or the name of a transport",
        "the way to send",
        'transport smtp { host "localhost" }',
        (Slot(Type.DRIVER),),
    ),
    Row(
        "rate",
        _IN_CAMPAIGN,
        Type.RATE.value,
        "so many in a time, over all workers",
        "rate 10/s burst 50",
        (Slot(Type.RATE),),
        {"burst": Slot(Type.COUNT)},
    ),
    Row(
        "workers",
        _IN_CAMPAIGN,
        "a whole number from 1 to 100",
        "threads that send, one connection each",
        "workers 8",
        (Slot(Type.COUNT, most=100),),
    ),
    Row(
        "retry",
        _IN_CAMPAIGN,
        "`[N] [for DURATION] [backoff DURATION] [max DURATION] [jitter PERCENT]`",
        "how temporary refusals are tried again",
        "retry 5 for 6h backoff 30s max 1h jitter 20%",
        (Slot(Type.COUNT, optional=True),),
        {
            "for": Slot(Type.DURATION),
            "backoff": Slot(Type.DURATION),
            "max": Slot(Type.DURATION),
            "jitter": Slot(Type.PERCENT, least=0, most=100),
        },
    ),
    Row(
        "stop",
        _IN_CAMPAIGN,
        "`after N failures` or `after N% failures`",
        "when so many failed, the run stops",
        "stop after 2% failures",
        (Slot(Type.NAME, words=("after",)), Slot(Type.AMOUNT), Slot(Type.NAME, words=("failures",))),
    ),
    Row(
        "kind",
        _IN_CAMPAIGN,
        "`marketing` or `transactional`",
        "what sort of mail it is",
        "kind transactional",
        (Slot(Type.NAME, words=("marketing", "transactional")),),
    ),
    # ---- the campaign itself
    Row(
        "zone", _IN_CAMPAIGN, 'a time zone like `"Europe/Paris"`', "whose today it is", 'zone "Europe/Paris"', (_TEXT,)
    ),
    Row(
        "title", _IN_CAMPAIGN, "one text in quotes", "its name for people", 'title "Spring sale, first wave"', (_TEXT,)
    ),
)

#: Every statement, by keyword.
VOCABULARY: Mapping[str, Row] = {row.keyword: row for row in _ROWS}
