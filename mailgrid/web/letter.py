"""Letter: a message taken apart as a mail program does it, anybody's, whatever its bytes are (RFC 5322, 2045, 2231).

The old policy of the standard library leaves headers as they stand, so that no header can make reading it fail.
"""

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value

from mailgrid.value import value

__all__ = ["Letter", "Part"]

_FOLD = re.compile(r"\r?\n(?=[ \t])")
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


@value
class Part:
    """A part that is no further divided.

    `kind` is its type, like `image/png`; `cid` what the HTML calls it by, empty where it does not; `is_body` whether
    it is the text or the HTML that a reader sees first.
    """

    number: int
    kind: str
    name: str
    cid: str
    content: bytes
    is_body: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it, and nothing in it can act."""
        return self.kind in {"image/png", "image/jpeg", "image/gif", "image/webp"}


class Letter:
    """A message.

    Args:
        content: its octets.
    """

    def __init__(self, content: bytes) -> None:
        try:
            message = message_from_bytes(content)
            leaves = list(_leaves(message))
        except RecursionError:  # parts in parts in parts
            message, leaves = message_from_bytes(content.partition(b"\r\n\r\n")[0]), []
        #: The headers in their order, decoded.
        self.headers: Sequence[tuple[str, str]] = [(name, _words(value)) for name, value in message.raw_items()]
        html = next((leaf for leaf in leaves if _is_body(leaf, "text/html")), None)
        text = next((leaf for leaf in leaves if _is_body(leaf, "text/plain")), None)
        #: The text for readers; None where there is none.
        self.text = None if text is None else _text(text)
        #: The HTML; None where there is none.
        self.html = None if html is None else _text(html)
        self.parts: Sequence[Part] = [
            _part(number, leaf, is_body=leaf is html or leaf is text) for number, leaf in enumerate(leaves)
        ]

    def header(self, name: str) -> str:
        """Return the first header of a name, decoded; empty where there is none."""
        return next((value for each, value in self.headers if each.lower() == name), "")

    def part(self, number: int) -> Part | None:
        """Return the part with a number; None where there is none."""
        return self.parts[number] if 0 <= number < len(self.parts) else None

    def named(self, cid: str) -> Part | None:
        """Return the part that the HTML means by a Content-ID (RFC 2392)."""
        return next((part for part in self.parts if part.cid == cid), None)


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that are no further divided; a message inside of the message is one."""
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _is_body(leaf: Message, kind: str) -> bool:
    return leaf.get_content_type() == kind and leaf.get_content_disposition() != "attachment" and not _name(leaf)


def _part(number: int, leaf: Message, *, is_body: bool) -> Part:
    kind = leaf.get_content_type()
    cid = _words(str(leaf.get("Content-ID", ""))).strip().strip("<>")
    found = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    return Part(number, found, _name(leaf), cid, _content(leaf), is_body)


def _content(leaf: Message) -> bytes:
    """Return what a part holds; of a message in it the whole."""
    payload = leaf.get_payload()
    if isinstance(payload, list):
        return b"".join(part.as_bytes() for part in payload if isinstance(part, Message))
    found = leaf.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _name(leaf: Message) -> str:
    """Return the file name of a part, by RFC 2231 or, against the rules and often, as an encoded-word."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        found = leaf.get_param(parameter, None, header)
        if found is not None:
            return _words(collapse_rfc2231_value(found))
    return ""


def _text(leaf: Message) -> str:
    try:
        charset = str(leaf.get_content_charset("utf-8"))
        return _content(leaf).decode(charset, "replace")
    except (LookupError, ValueError):  # a charset that nobody knows
        return _content(leaf).decode("utf-8", "replace")


def _words(raw: str) -> str:
    """Return a header's value as people read it; where it cannot be decoded, as it stands."""
    text = _FOLD.sub("", str(raw)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, MessageError):
        return text
