"""SCRAM-SHA-256 (RFC 5802, RFC 7677): both sides prove that they know a password, and neither sends it."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Generator
from hashlib import new, pbkdf2_hmac

__all__ = ["Distrusted", "scram"]

#: RFC 7677, 4 asks for 4,096 rounds at least; more than the most would let a server keep us busy for seconds.
_FEWEST, _MOST = 4096, 2_000_000
#: "No channel binding": what a client says that knows none (RFC 5802, 7).
_HEADER = "n,,"


class Distrusted(ConnectionError):
    """The server breaks the protocol, or does not prove that it knows the password: it may be somebody else."""


def scram(user: str, password: str, *, nonce: str = "", digest: str = "sha256") -> Generator[bytes, bytes | None]:
    """Log in: yield our messages, take the server's.

    Args:
        user: the name.
        password: the password.
        nonce: our random text; empty for a fresh one, as ever but in a test.
        digest: the hash function's name.

    Raises:
        Distrusted: what the server says cannot be right; nothing more may be said to it.
    """
    nonce = nonce or secrets.token_urlsafe(24)
    name = _prepared(user).replace("=", "=3D").replace(",", "=2C")
    bare = f"n={name},r={nonce}"
    first = _text((yield (_HEADER + bare).encode()))
    server_nonce, salt, rounds = _challenge(first, nonce)
    unproved = f"c={b64encode(_HEADER.encode()).decode()},r={server_nonce}"
    signed = f"{bare},{first},{unproved}".encode()
    salted = pbkdf2_hmac(digest, _prepared(password).encode(), salt, rounds)
    client_key = hmac.digest(salted, b"Client Key", digest)
    signature = hmac.digest(new(digest, client_key).digest(), signed, digest)
    proof = bytes(key ^ octet for key, octet in zip(client_key, signature, strict=True))
    final = _text((yield f"{unproved},p={b64encode(proof).decode()}".encode()))
    expected = hmac.digest(hmac.digest(salted, b"Server Key", digest), signed, digest)
    if final.startswith("e="):  # it refuses us, and says so once more in its reply
        _text((yield b""))
    if not hmac.compare_digest(final.encode(), b"v=" + b64encode(expected)):
        raise Distrusted("the server does not prove that it knows the password")
    yield b""


def _text(message: bytes | None) -> str:
    """Decode a message of the server; None stands for a login that it has accepted too early."""
    if message is None:
        raise Distrusted("the server does not prove that it knows the password")
    return message.decode("utf-8", "replace")


def _prepared(text: str) -> str:
    """Map and normalise a text, so that one password typed in two ways is one (SASLprep: RFC 4013, 2.1 and 2.2)."""
    if text.isascii():
        return text
    import stringprep
    import unicodedata

    kept = (letter for letter in text if not stringprep.in_table_b1(letter))
    blanks = (" " if stringprep.in_table_c12(letter) else letter for letter in kept)
    return unicodedata.normalize("NFKC", "".join(blanks))


def _challenge(text: str, nonce: str) -> tuple[str, bytes, int]:
    """Read `r=NONCE,s=SALT,i=ROUNDS` (RFC 5802, 5.1); an extension that must be understood begins with `m=`."""
    try:
        server_nonce, salt, rounds = (part[2:] for part in text.split(",")[:3])
        octets, count = b64decode(salt, validate=True), int(rounds)
    except ValueError:
        raise Distrusted("the server's challenge is none") from None
    if not text.startswith(f"r={nonce}") or len(server_nonce) <= len(nonce) or not octets:
        raise Distrusted("the server's challenge is none of ours")
    if not _FEWEST <= count <= _MOST:
        raise Distrusted(f"the server wants {count:,} rounds, not {_FEWEST:,} to {_MOST:,}")
    return server_nonce, octets, count
