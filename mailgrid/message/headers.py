"""Headers: names and values → the bytes of a header, folded and encoded.

Own work, because the library's policies fold by encoding whatever is long, URLs and message-ids included. Lines
break before blanks that are there anyway (RFC 5322, 2.2.3), never inside a word; encoded-words (RFC 2047) appear
only in unstructured text and in names of people.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from mailgrid.errors import TemplateError
from mailgrid.message.address import Address
from mailgrid.message.encoded_word import encoded_words

__all__ = ["STRUCTURED", "date", "mailboxes", "named", "one_line", "structured", "unstructured"]

#: Headers whose values are tokens for machines: never encoded, so they must be ASCII (RFC 2047, 5).
STRUCTURED = frozenset(
    {
        "archived-at",
        "auto-submitted",
        "autocrypt",
        "disposition-notification-to",
        "dkim-signature",
        "errors-to",
        "feedback-id",
        "importance",
        "in-reply-to",
        "list-archive",
        "list-help",
        "list-id",
        "list-owner",
        "list-post",
        "list-subscribe",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "precedence",
        "references",
        "sender",
        "x-priority",
    }
)

#: Characters in a line that holds an encoded-word (RFC 2047, 2); kept for every line.
_LINE = 76
#: Longer words are encoded, so that no line exceeds 998 octets.
_WORD = 950
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LINE_END = re.compile(r"[ \t]*(?:\r\n|\r|\n)\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(text: str, name: str) -> str:
    """Return a text that can stand in a header: line ends, which only a template's own text can hold, become blanks.

    Raises:
        TemplateError: there is another control character in it.
    """
    if text.isprintable():
        return text.strip()
    text = _LINE_END.sub(" ", text.strip(" \t\r\n"))
    if _CONTROL.search(text):
        raise TemplateError(f"`{name}` holds a control character", hint="remove it from the source", template=name)
    return text.strip()


def unstructured(name: str, text: str) -> bytes:
    """Return a header of free text, like a subject. Blanks at both ends are dropped."""
    text = text.replace("\t", " ").strip(" ")
    plain = text.isascii() and "=?" not in text
    if plain and len(name) + len(text) < _LINE - 1:
        return f"{name}: {text}\r\n".encode()
    words = text.split(" ")
    # A line may not consist of blanks only, so runs of them are encoded too.
    plain = plain and min(map(len, words)) > 0 and max(map(len, words)) <= _WORD
    return _fold(name, words if plain else encoded_words(text))


def structured(name: str, value: str) -> bytes:
    """Return a header for machines, like `List-Unsubscribe`: its words as they stand.

    Raises:
        TemplateError: it is not ASCII, or a word of it is too long for a line.
    """
    words = value.split()
    if not value.isascii():
        raise TemplateError(f"the header `{name}` takes ASCII only", hint="write a URL with %-escapes", template=name)
    if any(len(word) > _WORD for word in words):
        raise TemplateError(f"the header `{name}` has a word of more than {_WORD} characters", template=name)
    return _fold(name, words)


def mailboxes(name: str, addresses: Iterable[Address]) -> bytes:
    """Return a header of addresses, like `To` or `Cc` (RFC 5322, 3.4; international ones RFC 6532)."""
    words: list[str] = []
    for address in addresses:
        if words:
            words[-1] += ","
        words += [*_phrase(address.display), f"<{address.wire}>"] if address.display else [address.wire]
    return f"{name}: {words[0]}\r\n".encode() if len(words) == 1 else _fold(name, words)


def named(name: str, display: str, value: str) -> bytes:
    """Return a header of one name for machines, perhaps with one for people before it, like `List-Id` (RFC 2919, 3)."""
    return _fold(name, [*(_phrase(display) if display else ()), f"<{value}>"])


def date(moment: datetime) -> bytes:
    """Return the `Date` header (RFC 5322, 3.3); a moment without a zone is one of this machine."""
    aware = moment if moment.tzinfo else moment.astimezone()
    day = f"{_DAYS[aware.weekday()]}, {aware.day:02} {_MONTHS[aware.month - 1]} {aware.year:04}"
    zone = f"{aware:%z}"[:5]  # old local times differ from UTC by seconds too
    return f"Date: {day} {aware:%H:%M:%S} {zone}\r\n".encode()


def _fold(name: str, words: Sequence[str]) -> bytes:
    """Join words by blanks, with a line end before a blank wherever the line would become too long."""
    lines, line = [], f"{name}: {words[0] if words else ''}"
    # Only a name too long for its value stands alone: some filters take a folded first line for spam.
    if len(line) > _LINE and words and words[0].startswith("=?"):
        lines, line = [f"{name}:"], f" {words[0]}"
    for word in words[1:]:
        if len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line = f" {word}"
        else:
            line = f"{line} {word}"
    return ("\r\n".join([*lines, line]) + "\r\n").encode()


def _phrase(display: str) -> list[str]:
    """Return a person's name as words: atoms, a quoted text, or encoded-words (RFC 5322, 3.2.5)."""
    if not display.isascii() or "=?" in display or len(display) > _LINE:
        return encoded_words(display)
    if _ATOMS.fullmatch(display):
        return display.split(" ")
    escaped = display.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']
