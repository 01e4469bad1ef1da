"""What a server can do, as it said in its answer to EHLO (RFC 5321, 4.1.1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Capabilities", "capabilities_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The extensions that change what we send.

    `size` is whether sizes may be announced (RFC 1870), `largest` the largest message that is taken, in octets, 0 where
    that was not said; `eightbit` is RFC 6152, `smtputf8` RFC 6531, `pipelining` RFC 2920, `chunking` RFC 3030.
    """

    size: bool = False
    largest: int = 0
    eightbit: bool = False
    smtputf8: bool = False
    pipelining: bool = False
    chunking: bool = False


def capabilities_of(features: Mapping[str, str]) -> Capabilities:
    """Read keywords, in lower case, with what followed each."""
    largest = features.get("size", "")
    return Capabilities(
        size="size" in features,
        largest=int(largest) if largest.isdecimal() else 0,
        eightbit="8bitmime" in features,
        smtputf8="smtputf8" in features,
        pipelining="pipelining" in features,
        chunking="chunking" in features,
    )
