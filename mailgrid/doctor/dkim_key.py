"""The DNS's half of a key that signs (RFC 6376, 3.6.1; RFC 8463)."""

import base64
import binascii
from collections.abc import Sequence

from mailgrid.message.dkim import Signature

__all__ = ["KeyProblem", "check_key", "name_of", "record_of"]


class KeyProblem(ValueError):
    """What is wrong with what the DNS holds."""


def name_of(signature: Signature) -> str:
    """Return where the DNS has to hold the key."""
    return f"{signature.selector}._domainkey.{signature.domain}"


def record_of(signature: Signature) -> str:
    """Return what the DNS has to hold there."""
    return f"v=DKIM1; k={_kind(signature)}; p={base64.b64encode(signature.key.public).decode()}"


def check_key(texts: Sequence[str], signature: Signature) -> None:
    """Compare our key with what the DNS holds.

    Raises:
        KeyProblem: they are not the two halves of one key.
    """
    found = [tags for text in texts if (tags := _tags(text)).get("v", "DKIM1") == "DKIM1" and "p" in tags]
    if not found:
        raise KeyProblem("there is no key")
    if len(found) > 1:
        raise KeyProblem(f"there are {len(found)} keys")
    if not found[0]["p"]:
        raise KeyProblem("the key was revoked")
    if (found[0].get("k", "rsa"), _octets(found[0]["p"])) != (_kind(signature), signature.key.public):
        raise KeyProblem("the key is another one than ours")


def _kind(signature: Signature) -> str:
    return signature.key.algorithm.partition("-")[0]


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, equals, value in pairs if equals}


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
