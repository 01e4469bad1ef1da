"""AllowList: who is in a saved plan, as sorted keyed hashes of eight bytes, so that a million people take 8 MB."""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b
from typing import BinaryIO

__all__ = ["HASH_BYTES", "AllowList"]

#: Of a million people and a million others, two share a hash of this size once in about ten million plans.
HASH_BYTES = 8
_AT_ONCE = 65_536  # hashes, so that the file is not held twice


class AllowList:
    """The people of a saved plan. It can tell whether a key is among them, but not who they are.

    Args:
        salt: the plan's own, the key of BLAKE2b (RFC 7693, at most 64 bytes): two plans have nothing in common.
        hashes: of the keys, sorted.
    """

    def __init__(self, salt: bytes, hashes: "array[int]") -> None:
        self._blank = blake2b(digest_size=HASH_BYTES, key=salt)
        self._salt = salt
        self._hashes = hashes
        self._seen = bytearray(len(hashes))

    @classmethod
    def of_keys(cls, salt: bytes, keys: Iterable[str]) -> "AllowList":
        """Make one of people's keys, in any order."""
        blank = blake2b(digest_size=HASH_BYTES, key=salt)
        return cls(salt, array("Q", sorted(_hashed(blank, key) for key in keys)))

    @classmethod
    def from_file(cls, salt: bytes, file: BinaryIO, count: int) -> "AllowList":
        """Read one of `count` people that `to_bytes` gave.

        Raises:
            EOFError: the file holds fewer.
        """
        hashes = array("Q")
        for start in range(0, count, _AT_ONCE):
            hashes.fromfile(file, min(_AT_ONCE, count - start))
        return cls(salt, _swapped(hashes))

    def to_bytes(self) -> bytes:
        """Return the hashes one after the other, most significant byte first."""
        return _swapped(self._hashes[:]).tobytes()

    def afresh(self) -> "AllowList":
        """Return one of the same people that remembers nothing."""
        return AllowList(self._salt, self._hashes)

    def __len__(self) -> int:
        return len(self._hashes)

    def admits(self, key: str) -> bool:
        """Tell whether a key is in the plan, and remember that it was asked for."""
        wanted = _hashed(self._blank, key)
        place = bisect_left(self._hashes, wanted)
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return False
        self._seen[place] = 1
        return True

    @property
    def gone(self) -> int:
        """How many of the plan were not asked for so far."""
        return self._seen.count(0)


def _hashed(blank: blake2b, key: str) -> int:
    state = blank.copy()
    state.update(key.encode("utf-8", "surrogatepass"))
    return int.from_bytes(state.digest())


def _swapped(hashes: "array[int]") -> "array[int]":
    """Turn this machine's order of bytes into that of the file, or back, in place."""
    if sys.byteorder == "little":
        hashes.byteswap()
    return hashes
