"""Signature: by which a receiver knows that a delivery is ours and fresh (Standard Webhooks 1.0, HMAC-SHA256).

What is signed is `ID.TIMESTAMP.BODY`, so that neither can be put together with another. The key is the secret's bytes;
one that begins with `whsec_` holds them in base64, as generators of such secrets write them.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode

from mailgrid.errors import TransportError

__all__ = ["headers", "key_of"]

_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for.

    Raises:
        TransportError: it is empty, or no base64 behind `whsec_`.
    """
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True) if secret.startswith(_PREFIX) else secret.encode()
    except ValueError:
        raise TransportError("the secret of `webhook` is no base64 behind `whsec_`") from None
    if not key:
        raise TransportError("the secret of `webhook` is empty")
    return key


def headers(key: bytes, delivery: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a delivery: its id, which stays the same when it is tried again, its time, its signature.

    Args:
        key: what is signed with.
        delivery: the id.
        timestamp: in seconds since 1970.
        body: what is posted.
    """
    signed = f"{delivery}.{timestamp}.".encode() + body
    signature = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
