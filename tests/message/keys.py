"""Keys to sign with, and a DNS that knows them."""

from base64 import b64encode
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

__all__ = ["dns", "ed25519", "pem", "rsa"]


@cache
def rsa(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


@cache
def ed25519() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def pem(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def dns(name: bytes, timeout: int = 5) -> bytes | None:
    """Answer as dkimpy asks: `rsa` and `ed` are selectors."""
    raw = ed25519().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    der = rsa().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    records = {b"rsa": b"v=DKIM1; k=rsa; p=" + b64encode(der), b"ed": b"v=DKIM1; k=ed25519; p=" + b64encode(raw)}
    return records.get(name.partition(b".")[0])
