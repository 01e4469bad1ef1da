"""DkimKey: a key that signs, and whether the DNS holds its other half (RFC 6376, RFC 8463)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DkimKey", "KeyProblem", "check_key", "dkim_key"]

_FEWEST_BITS = 1024


class KeyProblem(ValueError):
    """What is wrong with a key; `mend` says what to do."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The public half of a key that signs.

    Args:
        domain: whom the signature speaks for.
        selector: which of the domain's keys it is.
        kind: `rsa` or `ed25519`.
        public: what `p=` in the DNS must hold, in base64.
        bits: its length.
        problem: why the private key cannot be used; empty where it can.
    """

    domain: str
    selector: str
    kind: str = "rsa"
    public: str = ""
    bits: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """Where the DNS has to hold it."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the DNS has to hold; empty where the key is not known."""
        return f"v=DKIM1; k={self.kind}; p={self.public}" if self.public else ""


def dkim_key(domain: str, selector: str, private: bytes) -> DkimKey:
    """Make the public half of a private key in PEM.

    A key that cannot be read, or is of a kind that DKIM does not know, is one with a `problem`.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        key = load_pem_private_key(private, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return DkimKey(domain, selector, problem="the private key cannot be read")
    if isinstance(key, rsa.RSAPrivateKey):
        octets = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return DkimKey(domain, selector, "rsa", base64.b64encode(octets).decode(), key.key_size)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        octets = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return DkimKey(domain, selector, "ed25519", base64.b64encode(octets).decode(), 256)
    return DkimKey(domain, selector, problem="the private key is neither RSA nor Ed25519")


def check_key(texts: Sequence[str], key: DkimKey) -> int:
    """Compare a key with what the DNS holds, and return its length in bits.

    Raises:
        KeyProblem: they are not the two halves of one key, or it is too short.
    """
    if key.problem:
        raise KeyProblem(key.problem, "give the file or the secret that holds it, in PEM without a passphrase")
    found = [tags for text in texts if (tags := _tags(text)).get("v", "DKIM1") == "DKIM1" and "p" in tags]
    if not found:
        raise KeyProblem("there is no key")
    if len(found) > 1:
        raise KeyProblem(f"there are {len(found)} keys")
    if not found[0]["p"]:
        raise KeyProblem("the key was revoked")
    if (found[0].get("k", "rsa"), _octets(found[0]["p"])) != (key.kind, _octets(key.public)):
        raise KeyProblem("the key is another one than ours")
    if key.kind == "rsa" and key.bits < _FEWEST_BITS:
        raise KeyProblem(f"the key has {key.bits} bits, which nobody accepts", "make a new key of 2048 bits")
    return key.bits


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, equals, value in pairs if equals}


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
