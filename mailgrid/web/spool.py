"""Spool: messages that the pages show, one after another: those that a campaign would send, or those of an inbox."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from mailgrid.value import value

__all__ = ["PAGE", "Mail", "Page", "Row", "Spool", "Standing"]

#: So many rows are handed out at once.
PAGE = 50


@value
class Row:
    """A message in the list.

    `id` finds it again, `who` is whom it is for or from. `note` is what is to be said of it (`already sent`), in red
    where `is_wrong`. `time` is when it came, in seconds since the epoch; None where it did not yet.
    """

    id: str
    who: str
    subject: str
    note: str = ""
    is_wrong: bool = False
    time: float | None = None


@value
class Page:
    """Some rows, and behind which the next page begins; None where they are the last.

    It may hold few rows, or none, and yet not be the last: a search has looked at many, and goes on when it is asked.
    """

    rows: tuple[Row, ...]
    after: str | None = None


@value
class Mail:
    """One message.

    `content` are its octets, lines ended by CRLF; `facts` what is known beside it, for people (`envelope to`), `cells`
    the row that it was made of. `marketing` says whether its reader must be able to leave.
    """

    content: bytes
    facts: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)
    marketing: bool = False


@value
class Standing:
    """What is to be said of all of them.

    `kind` is `preview` or `inbox`, `title` the name, `facts` what stands beside it, `count` how many there are, `hint`
    what to do where there are none, `version` when that was. `problem` is a mistake that keeps the newest state of a
    file from being shown, `warnings` what else there is to say.
    """

    kind: str
    title: str
    facts: tuple[str, ...]
    count: int
    hint: str
    version: str
    problem: str = ""
    warnings: tuple[str, ...] = ()


class Spool(Protocol):
    """What the pages show. Each method may be called from any thread."""

    def version(self) -> str:
        """Return a text that is another one whenever something has changed; asked several times a second."""

    def standing(self) -> Standing:
        """Return what is to be said of all messages."""

    def page(self, after: str, wanted: str) -> Page:
        """Return the rows behind one (empty: from the first) in which a text stands (empty: all)."""

    def mail(self, name: str) -> Mail | None:
        """Return the message whose row has this `id`; None where there is none.

        Raises:
            MailgridError: it cannot be made.
        """
