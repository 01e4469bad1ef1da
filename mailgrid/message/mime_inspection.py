"""MimeInspection: what is wrong with the parts of a message, as the standard library's parser sees them."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from mailgrid.message.finding import Finding
from mailgrid.message.header_lines import HeaderLine

__all__ = ["mime_findings"]

_ENCODINGS = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable", ""})


def mime_findings(content: bytes, lines: list[HeaderLine]) -> Iterator[Finding]:
    """Yield what is wrong with the parts.

    Args:
        content: the message, every line ended by CRLF.
        lines: its headers.
    """
    known = {line.name: line.number for line in lines}
    place = known.get(b"content-type", 1)
    if b"mime-version" not in known and (b"content-type" in known or b"content-transfer-encoding" in known):
        yield Finding("mime-version", place, "there is no `MIME-Version: 1.0`, so nobody need read the content's type")
    for part in message_from_bytes(content).walk():  # the old policy, which leaves headers as they stand
        yield from _part(part, place)


def _part(part: Message, place: int) -> Iterator[Finding]:
    kind = part.get_content_type()
    for defect in part.defects:
        name = type(defect).__name__
        if "Boundary" in name or ("Multipart" in name and "Encoding" not in name):
            yield Finding("boundary", place, "the parts are not separated and ended as `boundary` says")
            break
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in _ENCODINGS or (part.is_multipart() and encoding in {"base64", "quoted-printable"}):
        yield Finding("encoding", place, "a part has a transfer encoding that there is not, or that it cannot have")
    if not part.is_multipart() and encoding in {"", "7bit"} and _has_foreign(part):
        yield Finding("encoding", place, f"a part of {kind} says 7bit and holds letters beyond ASCII")
    if kind == "multipart/alternative":
        payload = part.get_payload()
        parts = payload if isinstance(payload, list) else []
        yield from _alternative([each.get_content_type() for each in parts if isinstance(each, Message)], place)


def _has_foreign(part: Message) -> bool:
    payload = part.get_payload()
    return isinstance(payload, str) and not payload.isascii()


def _alternative(kinds: list[str], place: int) -> Iterator[Finding]:
    if "text/plain" not in kinds:
        yield Finding("alternative", place, "there is no plain text beside the HTML", is_error=False)
    elif kinds[0] != "text/plain":
        yield Finding("alternative", place, "the plain text comes first, for readers show the last that they can")
