"""Encoded-words: text beyond ASCII in a header (RFC 2047)."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from re import findall

__all__ = ["encoded_words"]

#: Characters between `=?utf-8?q?` and `?=`: less than allowed, to fit after a header's name.
_PAYLOAD = 52
#: The letters that stand for themselves in a phrase too (RFC 2047, 5, rule 3), and `_` for a blank.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_QUOTED = [chr(octet) if octet in _PLAIN else f"={octet:02X}" for octet in range(256)]
_QUOTED[ord(" ")] = "_"


def encoded_words(text: str) -> list[str]:
    """Return the encoded-words that, put one after the other, decode to the text.

    They are cut after a blank where there is one, and never inside a character.
    """
    quoted = _quoted(text)
    if len(quoted) <= _PAYLOAD:
        return [f"=?utf-8?q?{quoted}?="]
    encode = _quoted if 2 * len(text.encode("utf-8", "replace")) >= len(quoted) else _base64
    letter = "q" if encode is _quoted else "b"
    return [f"=?utf-8?{letter}?{payload}?=" for payload in _payloads(text, encode)]


def _payloads(text: str, encode: Callable[[str], str]) -> Iterator[str]:
    """Fill one payload after the other."""
    piece = payload = ""
    for unit in _units(text, encode):
        longer = encode(piece + unit)
        if len(longer) > _PAYLOAD:
            yield payload
            piece, longer = "", encode(unit)
        piece, payload = piece + unit, longer
    yield payload


def _units(text: str, encode: Callable[[str], str]) -> Iterator[str]:
    """Part a text into what is kept together: words with the blank after them, or characters of a long word."""
    for word in findall(r"[^ ]* ?", text):
        if len(encode(word)) <= _PAYLOAD:
            yield word
        else:
            yield from word


def _quoted(text: str) -> str:
    return "".join([_QUOTED[octet] for octet in text.encode("utf-8", "replace")])


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()
