"""Marked: what stands in a JSON or YAML file, each piece with its place, so that messages can point at it."""

from dataclasses import field
from decimal import Decimal

from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Malformed", "Marked", "Members", "number"]

#: A longer number is a mistake.
_LONGEST_NUMBER = 30


@value
class Marked:
    """A piece of a file: a text, a number, true or false, nothing, a list, or Members."""

    span: Span = field(repr=False, compare=False)
    value: "str | Decimal | bool | tuple[Marked, ...] | Members | None"


@value
class Members:
    """The keys and values of an object (JSON) or a mapping (YAML), in the order of the file; keys may repeat."""

    pairs: tuple[tuple[Marked, Marked], ...]


class Malformed(Exception):
    """The file is not what its name says. `span` is where that shows, `reason` why, in words."""

    def __init__(self, span: Span, reason: str) -> None:
        super().__init__(reason)
        self.span = span
        self.reason = reason


def number(written: str, span: Span) -> Decimal:
    """Return a number.

    Raises:
        Malformed: it is longer, or has an exponent, than the campaign language can write.
    """
    if len(written) > _LONGEST_NUMBER or "e" in written.lower():
        raise Malformed(span, "a number is written with digits and a decimal point, 30 characters at most")
    return Decimal(written)
