"""Mime: the parts of a message, from texts to lines of ASCII (RFC 2045, 2046). Laid out once, filled often."""

from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from hashlib import blake2b

from mailgrid.errors import TemplateError
from mailgrid.message.lint import has_long_line

__all__ = ["MIME_VERSION", "Alternative", "Parts", "Single", "seed_of"]

#: What every message of ours begins its content with (RFC 2045, 4).
MIME_VERSION = b"MIME-Version: 1.0\r\n"

#: NUL and the control characters that no text has; TAB, LF and CR are left out.
_CONTROLS = bytes({*range(32)} - {9, 10, 13})


def seed_of(*texts: str) -> str:
    """Return what boundaries are made from: the messages of a campaign's edition have the same."""
    return blake2b("\0".join(texts).encode(), digest_size=12).hexdigest()


class Parts:
    """Several parts in one (RFC 2046, 5.1).

    Args:
        kind: what sort of several: `mixed`, `related`.
        seed: what the boundary is made from; texts in it must not hold that, see `Alternative`.
    """

    def __init__(self, kind: str, seed: str) -> None:
        boundary = f"=_{kind[0]}{seed}"
        # Of related parts the type of the first has to be told (RFC 2387, 3.1).
        more = ' type="text/html";' if kind == "related" else ""
        head = f'Content-Type: multipart/{kind};{more}\r\n boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
        self._head = head.encode()
        self._between = f"\r\n--{boundary}\r\n".encode()
        self._end = f"\r\n--{boundary}--\r\n".encode()

    def __call__(self, first: Sequence[bytes], others: Sequence[Sequence[bytes]]) -> list[bytes]:
        """Return headers, an empty line and the parts, all in pieces; each part is given in pieces."""
        pieces = [self._head, *first]
        for part in others:
            pieces += [self._between, *part]
        return [*pieces, self._end]


class Single:
    """A message of one part, plain text."""

    def __call__(self, text: str | bytes) -> bytes:
        """Return the MIME headers, an empty line and the body; octets are lines of ASCII that mail allows."""
        encoding, body = _encoded(text)
        return _HEAD % (b"plain", encoding) + body


class Alternative:
    """A message whose text is there twice: plain first, then HTML (RFC 2046, 5.1.4).

    Args:
        seed: what the boundary is made from, see `seed_of`; texts that hold it are encoded.
    """

    def __init__(self, seed: str) -> None:
        # `=_` never occurs in base64 nor in quoted-printable (RFC 2045, 6.7); _part sees to the rest. No boundary may
        # be the beginning of another one's, so those of `Parts` have a letter before the seed, which is hexadecimal.
        self._seed = seed.encode()
        boundary = b"=_" + self._seed
        line = b"--" + boundary
        self._head = (
            MIME_VERSION
            + b'Content-Type: multipart/alternative;\r\n boundary="'
            + boundary
            + b'"\r\n\r\n'
            + line
            + b"\r\n"
        )
        self._between = b"\r\n" + line + b"\r\n"
        self._end = b"\r\n" + line + b"--\r\n"
        self._related = Parts("related", seed)

    def __call__(self, text: str | bytes, html: str | bytes, pictures: Sequence[bytes] = ()) -> bytes:
        """Return the MIME headers, an empty line and both parts; octets are lines of ASCII that mail allows.

        Args:
            text: the plain text.
            html: the HTML.
            pictures: parts that the HTML shows.
        """
        marked: Sequence[bytes] = self._part(b"html", html)
        if pictures:
            marked = self._related(marked, [(picture,) for picture in pictures])
        return b"".join((self._head, *self._part(b"plain", text), self._between, *marked, self._end))

    def _part(self, kind: bytes, text: str | bytes) -> tuple[bytes, bytes]:
        encoding, body = _encoded(text, self._seed)
        return _PART % (kind, encoding), body


_PART = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: %b\r\n\r\n"
_HEAD = MIME_VERSION + _PART


def _encoded(text: str | bytes, boundary: bytes = b"") -> tuple[bytes, bytes]:
    """Return the transfer encoding that suits a text, and its lines, the last one ended.

    Raises:
        TemplateError: a control character is in it.
    """
    if isinstance(text, bytes):
        if not (boundary and boundary in text):
            return b"7bit", text
        text = text.decode()
    text = _lines(text)
    octets = text.encode("utf-8", "replace")
    if len(octets.translate(None, _CONTROLS)) != len(octets):
        raise TemplateError("a value holds a control character", hint="remove it from the source", template="message")
    foreign = len(octets) - len(text)
    if octets.isascii() and not (boundary and boundary in octets) and _fits(octets):
        return b"7bit", octets
    # Quoted-printable can be read in the source; base64 is shorter as soon as one letter in six is not ASCII.
    if 6 * foreign < len(octets):
        return b"quoted-printable", b2a_qp(octets, istext=True)
    return b"base64", _base64(octets)


def _lines(text: str) -> str:
    """Return a text with CRLF for each CR, LF or CRLF in it, and at its end."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n")


def _fits(octets: bytes) -> bool:
    """Whether no line is too long, and none begins like a message in an mbox file does."""
    return b"\nFrom " not in octets and octets[:5] != b"From " and not has_long_line(octets)


def _base64(octets: bytes) -> bytes:
    encoded = b2a_base64(octets, newline=False)
    return b"\r\n".join([encoded[start : start + 76] for start in range(0, len(encoded), 76)]) + b"\r\n"
