"""Parameters: a file's name in a header, in letters of any language (RFC 2231), and once more in ASCII."""

import re
from unicodedata import normalize

__all__ = ["fallback", "filename"]

#: What stands as it is in an encoded value (RFC 2231, 7: attribute-char).
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")
#: Characters of a value in one line: with the name of the parameter no line gets longer than 78.
_ROOM = 56


def filename(name: str) -> bytes:
    r"""Return a file's name as the parameter of `Content-Disposition`, on lines of its own, folded.

    >>> filename("terms.pdf")
    b'\r\n filename="terms.pdf"'
    """
    if _is_plain(name):
        return f'\r\n filename="{_quoted(name)}"'.encode()
    pieces = _pieces(name)
    if len(pieces) == 1:
        return b"\r\n filename*=utf-8''" + pieces[0]
    return b";".join(
        b"\r\n filename*%d*=%b%b" % (number, b"" if number else b"utf-8''", piece)
        for number, piece in enumerate(pieces)
    )


def fallback(name: str) -> bytes:
    """Return the nearest name that ASCII has as a parameter of `Content-Type`; nothing where that is the name itself.

    It stands there and not beside the other, for of two in one header some programs take the first, some the plain one.
    """
    return b"" if _is_plain(name) else f';\r\n name="{_quoted(_ascii(name))}"'.encode()


def _is_plain(name: str) -> bool:
    return name.isascii() and len(name) <= _ROOM


def _pieces(name: str) -> list[bytes]:
    """Return a name in %-escapes, in pieces that fit a line; no escape is cut in two."""
    pieces = [b""]
    for octet in name.encode("utf-8", "replace"):
        written = bytes([octet]) if octet in _PLAIN else b"%%%02X" % octet
        if len(pieces[-1]) + len(written) > _ROOM:
            pieces.append(b"")
        pieces[-1] += written
    return pieces


def _ascii(name: str) -> str:
    """Return letters without their marks, and `_` for all that has none."""
    letters = re.sub(r"[\u0300-\u036f]", "", normalize("NFKD", name))
    return "".join(letter if " " <= letter <= "~" else "_" for letter in letters)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
