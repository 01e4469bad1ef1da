"""Token: a text that proves that a link or a bounce belongs to somebody's message, and tells nobody who that is.

It is a keyed hash (RFC 2104) of the campaign and the person's key, so that only who has the secret key can make one or
say whose it is. It is written in hexadecimal digits, for servers may change case in the part before the `@`, and fits
there with a few letters before it (64 octets, RFC 5321, 4.5.3.1.1).

    1 7c0e 5f0d52e6...    the version, which secret key, the hash: 128 bits
"""

import hmac
from collections.abc import Callable, Sequence

from mailgrid.errors import UsageError

__all__ = ["LEAST", "Tokens", "verify_token"]

#: Characters that a secret key has at least.
LEAST = 32
_VERSION = "1"
#: Octets of the hash that a token keeps, and of what tells one secret key from another.
_HASH, _NAME = 16, 2


class Tokens:
    """The tokens of one campaign.

    Args:
        campaign: the campaign's name.
        secret: returns the secret key, at least 32 characters; it is called when the first token is made.
    """

    def __init__(self, campaign: str, secret: Callable[[], str]) -> None:
        self._campaign = campaign
        self._secret = secret
        self._begun: tuple[str, bytes] | None = None

    def __call__(self, key: str) -> str:
        """Return the token of the person with this key.

        Raises:
            UsageError: the secret key is too short.
            MailgridError: whatever `secret` raises.
        """
        if self._begun is None:  # two threads that come here at once find the same
            self._begun = _begin(self._secret(), self._campaign)
        return _token(self._begun, key)


def verify_token(token: str, *, campaign: str, key: str, token_key: str | Sequence[str]) -> bool:
    """Say whether a token, from a link or from the address of a bounce, is the one of this person in this campaign.

    How long it takes says nothing about what is wrong with a token.

    Args:
        token: as it came; case does not count.
        campaign: the campaign's name.
        key: what stands in the campaign's `key` column, or the address in lower case where it has none.
        token_key: the secret key; or several, today's and older ones.

    Raises:
        UsageError: a secret key has less than 32 characters.
    """
    given = token.lower().encode("utf-8", "replace")
    secrets = (token_key,) if isinstance(token_key, str) else token_key
    right = [_token(_begin(secret, campaign), key).encode() for secret in secrets]
    return any([hmac.compare_digest(given, each) for each in right])  # noqa: C419 (all of them, whichever it is)


def _begin(secret: str, campaign: str) -> tuple[str, bytes]:
    """Return what every token of a campaign begins with, and the secret key of this campaign alone."""
    if len(secret) < LEAST:
        raise UsageError(
            f"the secret key of `token` has less than {LEAST} characters",
            hint='make one: python -c "import secrets; print(secrets.token_hex(32))"',
            code="MG620",
        )
    octets = secret.encode("utf-8", "surrogatepass")
    name = hmac.digest(octets, b"mailgrid token key", "sha256")[:_NAME].hex()
    return _VERSION + name, hmac.digest(octets, f"mailgrid token {_VERSION}\0{campaign}".encode(), "sha256")


def _token(begun: tuple[str, bytes], key: str) -> str:
    name, secret = begun
    return name + hmac.digest(secret, key.encode("utf-8", "surrogatepass"), "sha256")[:_HASH].hex()
