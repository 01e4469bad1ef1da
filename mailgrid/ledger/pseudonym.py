"""Pseudonyms: what stands for an address that nobody may read any more: a hash with a key of this project's own.

Without the key nobody can find out whose hash it is by trying all addresses that there are (a plain hash could be).
"""

from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from mailgrid.errors import LedgerError
from mailgrid.ledger.secret_key import secret_key

__all__ = ["Pseudonyms"]

_HASH_BYTES = 16


class Pseudonyms:
    """Hashes addresses with BLAKE2b (RFC 7693) and the key in a file, for its owner only.

    Args:
        path: the key's file; it is made by `make`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._title = str(path)

    @property
    def used(self) -> bool:
        """Whether anybody was ever forgotten here."""
        return self.path.exists()

    def key(self, key: str) -> str:
        """Return what stands in a ledger in place of a key that was an address.

        Raises:
            LedgerError: the key is not there, or cannot be read.
        """
        return f"forgotten:{self(key).hex()}"

    def make(self) -> None:
        """Make the key, durably, where there is none.

        Raises:
            LedgerError: it cannot be written.
        """
        secret_key(self.path)

    def __call__(self, address: str) -> bytes:
        """Return what stands for an address, as it is compared.

        Raises:
            LedgerError: the key is not there, or cannot be read.
        """
        return blake2b(address.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES, key=self._key).digest()

    def written(self) -> str:
        """Return the key as it is kept; empty where there is none."""
        return secret_key(self.path) if self.used else ""

    @cached_property
    def _key(self) -> bytes:
        try:
            key = bytes.fromhex(self.written())
        except ValueError:
            key = b""
        if not key:
            raise LedgerError(
                f"{self._title}: the key is missing by which those are known who were forgotten",
                hint="restore it from a backup: without it they could be written to again",
            )
        return key
