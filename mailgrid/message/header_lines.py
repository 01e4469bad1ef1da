"""HeaderLines: the headers of a message as they stand in its bytes, unfolded (RFC 5322, 2.2.3)."""

import re

from mailgrid.message.finding import Finding
from mailgrid.value import value

__all__ = ["HeaderLine", "header_lines"]

_NAME = re.compile(rb"[!-9;-~]+")


@value
class HeaderLine:
    """A header: the 1-based line that it begins on, its name in lower case, its value without folds."""

    number: int
    name: bytes
    value: bytes


def header_lines(head: bytes) -> tuple[list[HeaderLine], list[Finding]]:
    """Return the headers, and what is wrong with the form of their lines.

    Args:
        head: all up to the empty line, each line but the last ended by CRLF.
    """
    found: list[HeaderLine] = []
    wrong: list[Finding] = []
    for number, line in enumerate(head.split(b"\r\n"), start=1):
        if line[:1] in {b" ", b"\t"} and found:
            if not line.strip():
                wrong.append(Finding("header-form", number, "a header goes on in a line of blanks only"))
            last = found[-1]
            found[-1] = HeaderLine(last.number, last.name, (last.value + b" " + line.strip()).strip())
            continue
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            if line or number > 1:
                wrong.append(Finding("header-form", number, "this is no header: there is no name before a colon"))
            continue
        found.append(HeaderLine(number, name.lower(), value.strip()))
    return found, wrong
