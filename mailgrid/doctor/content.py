"""What a reader, and a filter, will see of a message."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlsplit

from mailgrid.doctor.finding import Finding, Level

__all__ = ["check_content"]

#: Gmail shows no more of an HTML part, and hides the rest, the way to unsubscribe included.
_CLIPPED = 102 * 1024
#: What small screens show of a subject.
_SUBJECT = 60
_WEB = re.compile(r"\s*(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#]\S*)?\s*\Z", re.IGNORECASE)
_LINKS = re.compile(r"https?://[^\s<>\"')]+")
# A postal code beside a word: what every postal address has, in nearly all countries.
_POSTAL = re.compile(r"\b(?:\d{4,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b,? +\w|\w,? +\d{5}(?:-\d{4})?\b")
_LEAVING = re.compile(
    r"unsubscri|opt-?out|preferences|abmelden|abbestellen|désabonn|desabonn|désinscri|darse de baja", re.IGNORECASE
)
_UNSUBSCRIBE = "https://www.rfc-editor.org/rfc/rfc8058"
_BULK = "https://support.google.com/a/answer/81126"
_LAW = "https://www.ftc.gov/business-guidance/resources/can-spam-act-compliance-guide-business"
_ALT = "https://www.w3.org/WAI/tutorials/images/"
_SUBJECTS = "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.5"
_CLIPPING = "https://mailchimp.com/help/gmail-is-clipping-my-email/"
_HTTPS = "https://www.w3.org/2001/tag/doc/web-https"


class _Page(HTMLParser):
    """Reads the pictures, the links with their texts, and the text of an HTML part."""

    def __init__(self) -> None:
        super().__init__()
        self.without_alt = 0
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._href: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img":
            self.without_alt += "alt" not in given
        elif tag == "a" and given.get("href"):
            self._href, self._text = given["href"], []

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            self.links.append((self._href, "".join(self._text)))
            self._href = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._href is not None:
            self._text.append(data)


def check_content(content: bytes, *, marketing: bool) -> Iterator[Finding]:
    """Look at a message as it would be sent.

    Args:
        content: its octets.
        marketing: whether it is one that people must be able to leave.
    """
    message = message_from_bytes(content, policy=policy.default)
    html, text = _part(message, "html"), _part(message, "plain")
    page = _Page()
    page.feed(html)
    page.close()
    links = [*page.links, *((link, "") for link in _LINKS.findall(text))]
    yield from _subject(str(message["Subject"] or ""))
    yield from _html(html, page)
    yield from _links(links)
    if marketing:
        yield from _leaving(message, links, f"{text} {' '.join(page.words)}")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part else ""
    except LookupError:  # a charset that nobody knows
        return ""


def _subject(subject: str) -> Iterator[Finding]:
    if not subject.strip():
        why = "an empty subject looks like a mistake, to people and to filters"
        yield Finding("subject", Level.WARNING, "the subject is empty", why, "write one", _SUBJECTS)
    elif len(subject) > _SUBJECT:
        what = f"the subject has {len(subject)} characters"
        why = f"a telephone shows about {_SUBJECT}"
        yield Finding("subject", Level.NOTE, what, why, "put what matters first", _SUBJECTS)


def _html(html: str, page: _Page) -> Iterator[Finding]:
    if (size := len(html.encode())) > _CLIPPED:
        why = "Gmail shows 102 KB of a message and hides the rest, the unsubscribe link at its end too"
        what = f"the HTML part has {size // 1024} KB"
        yield Finding("size", Level.WARNING, what, why, "shorten it; pictures belong behind links", _CLIPPING)
    if page.without_alt:
        count = page.without_alt
        what = f"{count} {'picture has' if count == 1 else 'pictures have'} no `alt`"
        why = "who cannot see pictures, or does not load them, sees nothing there"
        mend = 'write what they show, or alt="" for ornaments'
        yield Finding("alt", Level.WARNING, what, why, mend, _ALT)


def _links(links: list[tuple[str, str]]) -> Iterator[Finding]:
    open_links = sum(link.lower().startswith("http://") for link, _ in links)
    if open_links:
        what = f"{open_links} {'link begins' if open_links == 1 else 'links begin'} with http://"
        why = "anybody on the way sees and may change what is behind it; some programs warn of it"
        yield Finding("links", Level.WARNING, what, why, "write https://", _HTTPS)
    for link, words in links:
        shown, host = _WEB.match(words), urlsplit(link).hostname if "://" in link else None
        if shown and host and not _related(shown[1].lower(), host):
            what = f"a link says {shown[1].lower()} and leads to {host}"
            why = "that is how forgers work, and filters know it"
            yield Finding("links", Level.WARNING, what, why, "let the text say what is behind the link", _BULK)


def _related(shown: str, host: str) -> bool:
    return shown == host or shown.endswith(f".{host}") or host.endswith(f".{shown.removeprefix('www.')}")


def _leaving(message: EmailMessage, links: list[tuple[str, str]], words: str) -> Iterator[Finding]:
    header = str(message["List-Unsubscribe"] or "")
    one_click = str(message["List-Unsubscribe-Post"] or "").strip() == "List-Unsubscribe=One-Click"
    if "https://" not in header or not one_click:
        why = "large providers want a way to unsubscribe with one click from whoever sends much"
        what = "there is no List-Unsubscribe header with a https link and one click"
        mend = "say where people leave: unsubscribe ...; or `kind transactional` if nobody can"
        yield Finding("unsubscribe", Level.ERROR, what, why, mend, _UNSUBSCRIBE)
    if not any(_LEAVING.search(f"{link} {text}") for link, text in links) and not _LEAVING.search(words):
        why = "people who find no way out press the spam button"
        yield Finding("unsubscribe", Level.WARNING, "the body says nowhere how to leave", why, "add a link", _BULK)
    if not _POSTAL.search(words):
        why = "the law of many countries wants the sender's postal address in advertising"
        what = "there seems to be no postal address in it"
        yield Finding("postal address", Level.NOTE, what, why, "add it at the end", _LAW)
