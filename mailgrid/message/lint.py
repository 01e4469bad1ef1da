"""Lint: a look at the finished bytes of every message, whoever made them. It trusts nobody, ourselves included.

It holds them to those rules of finding.py that servers refuse or misread a message for, as far as that costs next to
nothing; inspection.py knows all of them.
"""

import re
from collections import Counter
from functools import lru_cache

from mailgrid.errors import TemplateError
from mailgrid.hookspecs import CrlfLines
from mailgrid.message.finding import RULES

__all__ = ["LONGEST_LINE", "check", "has_large_headers", "has_long_line"]

#: Octets in a line without its line end (RFC 5322, 2.1.1).
LONGEST_LINE = 998
#: Octets in all headers together: Postfix cuts them off at 102,400, Gmail refuses fewer.
_HEADERS = 64 * 1024
_HEADERS_WARN = 10 * 1024
#: Headers that stand in every message exactly once (RFC 5322, 3.6; RFC 2045, 4).
_REQUIRED = (b"date", b"from", b"message-id", b"mime-version", b"subject", b"to")
#: Headers that may be missing but never stand twice.
_SINGLE = frozenset(
    {
        *_REQUIRED,
        b"cc",
        b"content-transfer-encoding",
        b"content-type",
        b"feedback-id",
        b"list-id",
        b"list-unsubscribe",
        b"list-unsubscribe-post",
        b"reply-to",
        b"sender",
    }
)
#: Control characters that no message has (RFC 5322, 2.2 and 3.5).
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
#: An encoded-word where programs would take it as it stands (RFC 2047, 5).
_MACHINES = re.compile(
    rb"^(list-unsubscribe(?:-post)?|message-id|dkim-signature|feedback-id):(?:[^\r]|\r\n[ \t])*=\?",
    re.IGNORECASE | re.MULTILINE,
)


def check(content: bytes) -> CrlfLines:
    """Return a message, unless a mail server would refuse, mend or misread it.

    Raises:
        TemplateError: a line end is not CRLF, there is a control character, a line or the header is too long, a header
            is missing, stands twice or is malformed, or `Bcc` is there. The message names the rule.
    """
    content = _lines(content)
    head = content[: content.find(b"\r\n\r\n") + 2]
    if len(head) > _HEADERS:
        reason = f"the headers have {len(head):,} bytes, servers take {_HEADERS:,}"
        raise _refusal("header-size", reason, "make a header shorter")
    # Those of a body were looked for when it was encoded; in the whole content it would cost as much as all the rest.
    if len(head.translate(None, _CONTROLS)) != len(head):
        raise _refusal("control", "there is a control character in a header")
    _check_names(_names(head))
    if b"=?" in head and (wrong := _MACHINES.search(head)):
        name = wrong[1].decode("ascii", "replace").lower()
        raise _refusal("encoded-word", f"the header `{name}`, which programs read, has an encoded-word")
    return content


def has_large_headers(content: bytes) -> bool:
    """Say whether the headers of a message that `check` has passed have more than 10 KB, which some servers refuse."""
    return content.find(b"\r\n\r\n") + 2 > _HEADERS_WARN


def has_long_line(octets: bytes) -> bool:
    """Say whether a line, without its CRLF, is longer than 998 octets. Every line has to end in CRLF."""
    start, reach = 0, LONGEST_LINE + 2
    while len(octets) - start > reach:
        # All lines up to the last end within reach are short enough: a few steps, however many lines there are.
        start = octets.rfind(b"\n", start, start + reach) + 1
        if not start:
            return True
    return False


def _lines(content: bytes) -> CrlfLines:
    """Hold every line to CRLF at its end, no NUL, and 998 octets (RFC 5321, 2.3.8 and 4.5.3.1.6)."""
    try:
        lines = CrlfLines(content)
    except ValueError:
        raise _refusal("line-end", "a line does not end in CRLF") from None
    if not lines.endswith(b"\n"):
        raise _refusal("line-end", "a line does not end in CRLF")
    if lines.find(b"\0") >= 0:
        raise _refusal("control", "there is a NUL in it")
    if has_long_line(lines):
        longest = max(map(len, lines.split(b"\r\n")))
        reason = f"a line has {longest:,} bytes, mail allows {LONGEST_LINE}"
        raise _refusal("line-length", reason, "break the long word or value up")
    return lines


def _names(head: bytes) -> tuple[bytes, ...]:
    """Return the names of all headers, lower-cased; a line that begins with a blank goes on with the one before."""
    names = []
    for line in head.split(b"\r\n")[:-1]:
        before, colon, _ = line.partition(b":")
        if colon and (name := _name(before)):
            names.append(name)
        elif not line.startswith((b" ", b"\t")):
            raise _refusal("header-form", "a header line has no name")
        elif not names or line.isspace():
            raise _refusal("header-form", "a header goes on in a line that holds nothing, or before it began")
    return tuple(names)


# All messages of a campaign have the same headers, so that each of these is looked at once.
@lru_cache(maxsize=256)
def _name(octets: bytes) -> bytes:
    """Return what stands before a colon as a header's name, in lower case; nothing where it is none."""
    return b"" if octets.translate(None, b" \t") != octets else octets.lower()


@lru_cache(maxsize=256)
def _check_names(names: tuple[bytes, ...]) -> None:
    """Hold the header to what stands once, at most once, and never."""
    if b"bcc" in names:
        raise _refusal("bcc", "there is a `Bcc` header, which every reader would see")
    twice = [name for name, count in Counter(names).items() if count > 1 and name in _SINGLE]
    if twice:
        raise _refusal("header-twice", f"the header `{twice[0].decode('ascii', 'replace')}` stands there twice")
    for name in _REQUIRED:
        if name not in names:
            raise _refusal("header-missing", f"the header `{name.decode()}` is missing")


def _refusal(rule: str, reason: str, hint: str = "") -> TemplateError:
    words = f"the message cannot be sent: {reason} ({RULES[rule]}, `{rule}`)"
    return TemplateError(words, hint=hint, template="message")
