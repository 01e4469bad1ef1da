"""Inspection: every rule that can be seen in the bytes of a message, anybody's, as it would go on the wire.

What is sent by Mailgrid is held to the part of it in lint.py, before each message, for that must cost next to nothing.
"""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from mailgrid.message.finding import Finding
from mailgrid.message.header_lines import HeaderLine, header_lines
from mailgrid.message.mime_inspection import mime_findings

__all__ = ["inspect"]

_LINE = 998
_WORD_LENGTH = 75
_LARGE, _HUGE = 10 * 1024, 64 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_ONCE = frozenset(
    b"bcc cc content-transfer-encoding content-type date feedback-id from in-reply-to list-id list-unsubscribe "
    b"list-unsubscribe-post message-id mime-version references reply-to sender subject to".split()
)
#: Headers that a message has, and whether it is illegal without.
_WANTED = {b"date": True, b"from": True, b"message-id": True, b"to": False, b"subject": False}
#: Headers for machines, where an encoded-word would be taken as it stands.
_MACHINES = re.compile(rb"list-(?!id)[a-z-]*|message-id|dkim-signature|feedback-id|references|in-reply-to|content-.*")
_WORD = re.compile(rb"=\?[^?\s]*\?[^?\s]*\?[^?]*\?=")
_MESSAGE_ID = re.compile(rb"<[^<>@\s]+@[^<>@\s]+>")
_LIST_ID = re.compile(rb"(?s:.*<)[!-;=?-~]+\.[!-;=?-~]+>")
_URL = re.compile(rb"<([^<>\s]*)>(?:\s*,\s*|\Z)")
_FEEDBACK_ID = re.compile(rb"(?:[!-9;-~]*:){0,3}[!-9;-~]{5,15}")
_ZONE = re.compile(rb"[+-]\d{4}(?:\s*\([^)]*\))?\Z")


def inspect(content: bytes) -> tuple[Finding, ...]:
    """Return what is wrong with a message, by line. It never raises, whatever the bytes are."""
    found = list(_line_ends(content))
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    found += _lines(content)
    head = content.partition(b"\r\n\r\n")[0]
    lines, wrong = header_lines(head)
    found += wrong
    found += _size(len(head))
    found += _presence(lines)
    for line in lines:
        found += _header(line)
    found += _one_click(lines)
    found += mime_findings(content, lines)
    return tuple(sorted(found, key=lambda each: each.line))


def _line_ends(content: bytes) -> Iterator[Finding]:
    bare = [match.start() for match in _BARE.finditer(content)]
    if bare and b"\r\n" not in content and b"\r" not in content:
        yield Finding("line-end", 1, "all lines end in LF alone, on the wire each ends in CRLF")
    elif bare:
        line = len(re.findall(rb"\r\n|\r|\n", content[: bare[0]])) + 1
        yield Finding("line-end", line, f"{len(bare):,} lines do not end in CRLF, this is the first")
    if content and not content.endswith((b"\n", b"\r")):
        yield Finding("line-end", content.count(b"\n") + 1, "the last line has no end")


def _lines(content: bytes) -> Iterator[Finding]:
    for number, line in enumerate(content.split(b"\r\n"), start=1):
        if len(line) > _LINE:
            yield Finding("line-length", number, f"the line has {len(line):,} bytes, mail allows {_LINE}")
        if control := _CONTROL.search(line):
            yield Finding("control", number, f"there is the control character 0x{control[0][0]:02X}")


def _size(octets: int) -> Iterator[Finding]:
    if octets > _LARGE:
        message = f"the headers have {octets:,} bytes, servers take {_HUGE:,}, some less"
        yield Finding("header-size", 1, message, is_error=octets > _HUGE)


def _presence(lines: list[HeaderLine]) -> Iterator[Finding]:
    seen: dict[bytes, int] = {}
    for line in lines:
        if line.name in seen and line.name in _ONCE:
            name = line.name.decode()
            yield Finding("header-twice", line.number, f"`{name}` stands there twice, first on line {seen[line.name]}")
        seen.setdefault(line.name, line.number)
    for wanted, is_error in _WANTED.items():
        if wanted not in seen:
            yield Finding("header-missing", 1, f"there is no `{wanted.decode()}`", is_error=is_error)
    if b"bcc" in seen:
        yield Finding("bcc", seen[b"bcc"], "every reader can see who got a blind copy")


def _header(line: HeaderLine) -> Iterator[Finding]:
    if not line.value.isascii():
        yield Finding("header-ascii", line.number, "a server needs SMTPUTF8 to take letters beyond ASCII in a header",
                      is_error=False)  # fmt: skip
    yield from _encoded_words(line)
    if message := _wrong(line.name, line.value):
        yield Finding(line.name.decode(), line.number, message)


def _wrong(name: bytes, value: bytes) -> str:
    """Say what is wrong with the value of a header that has a form of its own; nothing where all is well."""
    match name:
        case b"date" if not (_is_date(value) and _ZONE.search(value)):
            return "it is no date with a numeric zone, like Fri, 01 May 2026 09:30:15 +0000"
        case b"message-id" if not _MESSAGE_ID.fullmatch(value):
            return "it is not one identifier like <left@right>"
        case b"from" if (count := _addresses(value)) != 1:
            return f"it holds {count} addresses, and one is right" if count else "it holds no address"
        case b"list-id" if not _LIST_ID.fullmatch(value):
            return "it does not end in a name with a dot, like <news.example.org>"
        case b"feedback-id" if not _FEEDBACK_ID.fullmatch(value):
            return "it has up to four parts between `:`, the last one of 5 to 15 characters"
        case b"list-unsubscribe" if not value or _URL.sub(b"", value):
            return "it is no list of URLs, each in < >"
    return ""


def _is_date(value: bytes) -> bool:
    try:
        return bool(parsedate_to_datetime(value.decode("ascii", "replace")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


def _addresses(value: bytes) -> int:
    """Count the addresses: what stands between `@`s, outside of quotes, comments and encoded-words."""
    plain = re.sub(rb"\"(?:[^\"\\]|\\.)*\"|\((?:[^()\\]|\\.)*\)", b"x", _WORD.sub(b"x", value))
    return plain.count(b"@")


def _encoded_words(line: HeaderLine) -> Iterator[Finding]:
    if b"=?" not in line.value:
        return
    if _MACHINES.fullmatch(line.name):
        yield Finding(
            "encoded-word", line.number, "a program reads this header, and takes an encoded-word as it stands"
        )
    if re.search(rb"<[^<>]*=\?[^<>]*>", line.value):
        yield Finding("encoded-word", line.number, "there is an encoded-word inside of < >")
    for word in _WORD.findall(line.value):
        if len(word) > _WORD_LENGTH or b" " in word:
            yield Finding(
                "encoded-word", line.number, f"an encoded-word has {len(word)} characters, mail allows {_WORD_LENGTH}"
            )


def _one_click(lines: list[HeaderLine]) -> Iterator[Finding]:
    """Hold one-click to one https URL, and to a signature that covers it where there is one."""
    known = {line.name: line for line in lines}
    post = known.get(b"list-unsubscribe-post")
    if post is None:
        return
    way = known.get(b"list-unsubscribe")
    urls = _URL.findall(way.value) if way else []
    if post.value != b"List-Unsubscribe=One-Click":
        yield Finding("list-unsubscribe", post.number, "it says List-Unsubscribe=One-Click and nothing else")
    if sum(url.lower().startswith(b"https:") for url in urls) != 1:
        yield Finding("list-unsubscribe", post.number, "one click takes exactly one https URL")
    signatures = [line for line in lines if line.name == b"dkim-signature"]
    if signatures and not any(b"list-unsubscribe-post" in line.value.lower() for line in signatures):
        yield Finding("list-unsubscribe", post.number, "no signature covers it, so no provider takes the click")
