"""The vocabulary: which statements there are, where each may stand, what it takes. A table; the rest asks it.

The grammar knows one shape for all of them, so a new statement is a new row here, and a misspelt one can be named.
"""

from collections.abc import Mapping

from mailgrid.language.message_rows import MESSAGE_ROWS
from mailgrid.language.rows import ANYWHERE, CAMPAIGN, FILE, IN_CAMPAIGN, IN_FILE, NAME, TEXT, Row, Slot, Type
from mailgrid.language.sending_rows import SENDING_ROWS

__all__ = ["BODIES", "CAMPAIGN", "FILE", "VOCABULARY", "Row", "Slot", "Type"]

#: The statements of which a campaign needs one: what is in the mail.
BODIES = ("template", "html", "text")

_FILE_ROWS = (
    Row("mailgrid", IN_FILE, "1", "the version of the language", "mailgrid 1", (Slot(Type.COUNT),)),
    Row("let", IN_FILE, "a name and a value", "a named value", 'let brand = "Acme"', repeatable=True),
    Row("import", IN_FILE, "a path in quotes", "brings in names", 'import "shared/mail.mailgrid"', repeatable=True),
    Row("defaults", IN_FILE, "a block", "settings for every campaign of the file", "defaults { ... }", block=True),
    Row(
        "segment",
        IN_FILE,
        "a name and a `where`",
        "a named condition, used as `in NAME`",
        'segment pro where plan in ("pro", "team")',
        (NAME,),
        repeatable=True,
        where=True,
    ),
    Row(
        "observe",
        IN_FILE,
        "the name of an observer, and a location in quotes if it has one",
        "who else is told what becomes of each message",
        'observe log "mail.jsonl"',
        (NAME, Slot(Type.TEXT, optional=True)),
        repeatable=True,
        block=True,
    ),
    Row(
        "campaign",
        IN_FILE,
        "a name and a block",
        "what to send; the name is its identity in the ledger",
        "campaign welcome { ... }",
        (NAME,),
        repeatable=True,
        block=True,
    ),
)

_WHO_ROWS = (
    Row(
        "source",
        ANYWHERE,
        'a driver and where the rows are, like `csv "people.csv"`, or the name of a source',
        "the people",
        'source csv "people.csv"',
        (Slot(Type.DRIVER),),
        where=True,
        block=True,
    ),
    Row(
        "where",
        IN_CAMPAIGN,
        "a condition",
        "which of them; several are joined with `and`",
        'where active and country = "FR"',
        (Slot(Type.CONDITION),),
        repeatable=True,
    ),
    Row(
        "suppress",
        IN_CAMPAIGN,
        'a driver and where the rows are, like `csv "unsubscribed.csv"`, and `column NAME` if it is not `email`',
        "people who are never written to",
        'suppress csv "unsubscribed.csv" column address',
        (Slot(Type.DRIVER),),
        {"column": NAME},
        repeatable=True,
        where=True,
        block=True,
    ),
    Row("key", IN_CAMPAIGN, "the name of a column", 'what "already sent" is judged by', "key id", (NAME,)),
    Row(
        "edition",
        IN_CAMPAIGN,
        "one text in quotes",
        "the issue of a newsletter: each is sent afresh",
        'edition "2026-w18"',
        (TEXT,),
    ),
    Row(
        "sample",
        IN_CAMPAIGN,
        Type.PERCENT.value,
        "only a part of them, always the same",
        "sample 10%",
        (Slot(Type.PERCENT, most=100),),
    ),
    Row(
        "take", IN_CAMPAIGN, "a whole number", "only so many of them, always the same", "take 500", (Slot(Type.COUNT),)
    ),
    Row(
        "test",
        IN_CAMPAIGN,
        "addresses in quotes",
        "where `mailgrid test` sends to",
        'test "ada@acme.com" "bob@acme.com"',
        (Slot(Type.TEXT, many=True),),
    ),
)

_CAMPAIGN_ROWS = (
    Row("zone", IN_CAMPAIGN, 'a time zone like `"Europe/Paris"`', "whose today it is", 'zone "Europe/Paris"', (TEXT,)),
    Row("title", IN_CAMPAIGN, "one text in quotes", "its name for people", 'title "Spring sale, first wave"', (TEXT,)),
    Row(
        "formerly",
        IN_CAMPAIGN,
        "the name that the campaign had",
        "nobody is written to again who got it under this name; the oldest comes first",
        "formerly spring_promo",
        (NAME,),
        repeatable=True,
    ),
)

#: Every statement, by keyword.
VOCABULARY: Mapping[str, Row] = {
    row.keyword: row for row in (*_FILE_ROWS, *_WHO_ROWS, *MESSAGE_ROWS, *SENDING_ROWS, *_CAMPAIGN_ROWS)
}
