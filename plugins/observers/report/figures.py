"""Figures: what a report shows, counted row by row; they take the same memory however many rows there are."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from mailgrid.hookspecs import Fate

from ..masking import without_addresses
from .frequent import Frequent
from .pace import Pace

__all__ = ["STATUSES", "Figures", "Kind", "clean"]

#: What a row's status is, in the order in which it is shown, and how it is called there.
STATUSES = {
    "sent": "sent",
    "failed": "failed",
    "deferred": "deferred",
    "in_doubt": "in doubt",
    "pending": "not tried",
    "left out": "left out",
}
_LONGEST_REPLY, _MOST_TEXTS = 200, 1_000
#: Numbers in words differ from row to row: queue ids, counts, lines.
_NUMBER = re.compile(r"\d+")
#: Marks that turn the direction of what follows, with which a text can pretend to be another.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reply: what became of the message, and the codes that were given for it."""

    status: str
    code: int
    enhanced: str


@dataclass(slots=True)
class Figures:
    """Counts of rows: by status, by domain, by kind of reply (with one of the texts each), by reason; and the pace."""

    statuses: Counter[str] = field(default_factory=Counter)
    domains: Frequent[str] = field(default_factory=Frequent)
    replies: Frequent[Kind] = field(default_factory=lambda: Frequent(200))
    texts: dict[Kind, str] = field(default_factory=dict)
    reasons: Frequent[tuple[str, str]] = field(default_factory=lambda: Frequent(200))
    pace: Pace = field(default_factory=Pace)

    def add(self, fate: Fate) -> None:
        """Count a row."""
        self.statuses[fate.status] += 1
        self.reasons.add((fate.status, _NUMBER.sub("#", fate.reason)), fate.status)
        if fate.status == "left out":
            return
        if domain := fate.address.rpartition("@")[2].lower():
            self.domains.add(domain, fate.status)
        if fate.reply.code or fate.reply.text:
            self._add_reply(fate)

    def _add_reply(self, fate: Fate) -> None:
        kind = Kind(fate.status, fate.reply.code, fate.reply.enhanced)
        self.replies.add(kind, fate.status)
        if kind not in self.texts and len(self.texts) < _MOST_TEXTS:
            text = without_addresses(fate.reply.text, fate.address)
            self.texts[kind] = clean(text)[:_LONGEST_REPLY]


def clean(text: str) -> str:
    """Return a text of somebody else's without control characters, and without what turns its direction."""
    return "".join(" " if each in _TURNS or unicodedata.category(each) in ("Cc", "Cs") else each for each in text)
