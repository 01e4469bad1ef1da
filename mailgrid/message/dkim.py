"""DKIM: signs a message as its last step (RFC 6376), relaxed/relaxed, with RSA (RFC 8301) or Ed25519 (RFC 8463).

The headers that readers and providers act on are signed once more often than they are there, so that nobody on the way
can add another one (RFC 6376, 8.15). The body is signed as a whole: there is no `l=`.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from mailgrid.errors import MailgridError
from mailgrid.message import headers
from mailgrid.value import value

__all__ = ["Key", "Signature", "Signatures", "load_key"]

#: Signed as often as they are there, and once more (RFC 6376, 5.4.1).
_OVERSIGNED = (
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
)
#: Signed as often as they are there: on the way they may be added for good reasons.
_SIGNED = frozenset(
    {"auto-submitted", "content-transfer-encoding", "in-reply-to", "precedence", "references", "sender"}
)
_BLANKS = re.compile(rb"[ \t]+")
#: Octets from which on it pays to treat a part of a body on its own.
_LARGE = 1 << 14
#: Characters in a line of the signature.
_LINE = 72
#: RSA keys below are taken for valid by no verifier (RFC 8301, 3.2), and below this one are on their way out.
_LEAST, _GOOD = 1024, 2048


@value
class Key:
    """A private key: its algorithm as the signature names it, how it signs, its bits, and what the DNS must hold."""

    algorithm: str
    sign: Callable[[bytes], bytes]
    bits: int
    public: bytes

    @property
    def is_short(self) -> bool:
        """Whether it still counts, but not for much longer."""
        return self.algorithm == "rsa-sha256" and self.bits < _GOOD


@value
class Signature:
    """Who signs: the domain, under which selector its public key stands in the DNS, and the private key."""

    domain: str
    selector: str
    key: Key


def load_key(pem: bytes) -> Key:
    """Read a private key, RSA or Ed25519, in PEM (RFC 7468).

    Raises:
        MailgridError: it is none, needs a passphrase or is too short; the message repeats nothing of it.
        ModuleNotFoundError: cryptography is not installed.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        raise MailgridError("is protected by a passphrase", hint="give it a key without one") from None
    except (ValueError, UnsupportedAlgorithm):
        hint = "it begins with -----BEGIN PRIVATE KEY-----; make one: openssl genrsa -out dkim.pem 2048"
        raise MailgridError("holds no private key in PEM", hint=hint) from None
    if isinstance(key, RSAPrivateKey):
        if key.key_size < _LEAST:
            raise MailgridError(f"is an RSA key of {key.key_size} bits, which nobody accepts", hint="make one of 2048")
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Key("rsa-sha256", _rsa(key), key.key_size, public)
    if isinstance(key, Ed25519PrivateKey):
        public = key.public_key().public_bytes_raw()
        return Key("ed25519-sha256", lambda octets: key.sign(sha256(octets).digest()), 256, public)
    raise MailgridError("is a key of a sort that DKIM does not know", hint="RSA with 2048 bits is known everywhere")


def _rsa(key: object) -> Callable[[bytes], bytes]:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256

    assert isinstance(key, RSAPrivateKey)
    padding, algorithm = PKCS1v15(), SHA256()
    return lambda octets: key.sign(octets, padding, algorithm)


class Signatures:
    """Signs the messages of one campaign; it may be used by many threads at once.

    Args:
        signatures: who signs; the first one's header stands first.
        clock: tells the time of the signature; aware.
    """

    def __init__(self, signatures: Iterable[Signature], clock: Callable[[], datetime]) -> None:
        self._signatures = tuple(signatures)
        self._clock = clock

    def __call__(self, content: bytes) -> bytes:
        """Return the message with a signature of each before it.

        Args:
            content: the bytes as they go on the wire; every line ends in CRLF.
        """
        end = content.index(b"\r\n\r\n") + 2
        names, relaxed = _headers(content[:end])
        hashed = b64encode(_hash(content[end + 2 :])).decode()
        time = int(self._clock().timestamp())
        return b"".join((*(self._header(each, names, relaxed, hashed, time) for each in self._signatures), content))

    @staticmethod
    def _header(signature: Signature, names: str, relaxed: bytes, hashed: str, time: int) -> bytes:
        """Return one signature's header; what it signs ends with itself, its value still empty (RFC 6376, 3.7)."""
        value = (
            f"v=1; a={signature.key.algorithm}; c=relaxed/relaxed; d={signature.domain}; s={signature.selector}; "
            f"t={time}; {names}; bh={hashed}; b="
        )
        signed = b64encode(signature.key.sign(relaxed + b"dkim-signature:" + value.encode()))
        begun = headers.structured("DKIM-Signature", value)[:-2]
        room = _LINE + begun.rindex(b"\n") + 1 - len(begun)
        lines = [signed[:room], *(signed[start : start + _LINE] for start in range(room, len(signed), _LINE))]
        return begun + b"\r\n ".join(lines) + b"\r\n"


def _headers(head: bytes) -> tuple[str, bytes]:
    """Return the tag `h=` and the headers that it names, relaxed (RFC 6376, 3.4.2)."""
    found: list[tuple[str, bytes]] = []
    for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        lowered = name.strip().lower().decode("ascii")
        found.append((lowered, lowered.encode() + b":" + _BLANKS.sub(b" ", value.strip(b" \t")) + b"\r\n"))
    found = [(name, line) for name, line in found if name in _SIGNED or name in _OVERSIGNED_NAMES]
    # Of several with one name the last one is taken first (RFC 6376, 5.4.2).
    found.reverse()
    return _tag(tuple(name for name, _ in found)), b"".join([line for _, line in found])


_OVERSIGNED_NAMES = frozenset(name.lower() for name in _OVERSIGNED)


@lru_cache(maxsize=64)  # the messages of one campaign have the same headers
def _tag(names: tuple[str, ...]) -> str:
    """Return `h=` with the names that are there and those that must not be added, in pieces that fit into lines."""
    return " ".join(_pieces([*names, *(name.lower() for name in _OVERSIGNED)]))


def _pieces(names: list[str]) -> Iterator[str]:
    piece = "h="
    for name in names[:-1]:
        if len(piece) + len(name) >= _LINE:
            yield piece
            piece = ""
        piece += f"{name}:"
    yield piece + names[-1]


def _hash(body: bytes) -> bytes:
    """Return the digest of a body, relaxed (RFC 6376, 3.4.4)."""
    last = max(body.rfind(b" "), body.rfind(b"\t"))
    start, end = 0 if last < 0 else body.find(b"\n", last) + 1 or len(body), len(body)
    while body[end - 2 : end] == b"\r\n":
        end -= 2
    if end - start < _LARGE:
        return sha256(_body(body)).digest()
    # What follows the last blank is relaxed as it is: a file in base64 is neither looked through nor copied.
    digest = sha256(_BLANKS.sub(b" ", body[:start]).replace(b" \r\n", b"\r\n"))
    digest.update(memoryview(body)[start:end])
    digest.update(b"\r\n")
    return digest.digest()


def _body(body: bytes) -> bytes:
    """Return a body relaxed: no blanks at the end of lines, one in place of several, no empty lines at the end."""
    if b"\t" in body or b"  " in body:
        body = _BLANKS.sub(b" ", body)
    body = body.replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return body + b"\r\n" if body else b""
