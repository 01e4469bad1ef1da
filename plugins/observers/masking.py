"""Masking: addresses as those may see them who need not know them, `a***@example.org`."""

import re

__all__ = ["masked", "without_addresses"]

_ADDRESS = re.compile(r"[^\s<>@\"'(),;:\[\]]+@[\w.-]+")
#: A shorter name than this is too often a word or a number of its own.
_SHORTEST = 3


def masked(address: str) -> str:
    """Return an address of which only the first letter and the domain are left."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def without_addresses(text: str, address: str) -> str:
    """Mask the addresses that a server's words hold, and the name that the one it speaks to has before its `@`."""
    text = _ADDRESS.sub(lambda found: masked(found[0]), text)
    local = address.rpartition("@")[0]
    if len(local) < _SHORTEST:
        return text
    return re.sub(rf"(?<![\w.]){re.escape(local)}(?![\w.])", f"{local[:1]}***", text, flags=re.IGNORECASE)
