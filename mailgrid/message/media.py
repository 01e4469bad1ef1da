"""Media: what sort of file some octets are, by what they begin with and by the file's name (RFC 2046)."""

import re
from mimetypes import MimeTypes

from mailgrid.errors import TemplateError

__all__ = ["media_type"]

_BINARY = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: Types by a name's ending: those that every Python knows, whatever this machine adds, and some that not all know.
_BY_NAME = MimeTypes(())
for _ending, _type in {
    ".avif": "image/avif",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".heic": "image/heic",
    ".ics": "text/calendar",
    ".md": "text/markdown",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".vcf": "text/vcard",
    ".webp": "image/webp",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}.items():
    _BY_NAME.add_type(_type, _ending)

#: How files begin that can be told by it.
_BEGINNINGS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "image/bmp"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL),
     "image/svg+xml"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"\x1f\x8b"), "application/gzip"),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "application/zip"),
)  # fmt: skip
#: Where a name promises one of these, the content has to be a picture.
_PICTURES = frozenset(each for _, each in _BEGINNINGS if each.startswith("image/"))
#: What a name says better than these: a .docx is a .zip.
_WRAPPINGS = frozenset({"application/gzip", "application/zip"})
_HEAD = 4096


def media_type(name: str, octets: bytes) -> str:
    """Return the type of a file, as `Content-Type` has it.

    Args:
        name: the file's name.
        octets: what is in it.

    Raises:
        TemplateError: it is named like a picture, and is none.
    """
    head = octets[:_HEAD]
    content = next((each for beginning, each in _BEGINNINGS if beginning.match(head)), "")
    named, packed = _BY_NAME.guess_type(name, strict=False)
    if content and not (content in _WRAPPINGS and named and not packed):
        return content
    if named in _PICTURES:
        raise TemplateError(f"`{name}` is not the picture that its name promises", hint="look at it with a viewer")
    if packed or named is None or named.startswith(("message/", "multipart/")):
        return _BINARY  # a message must not be encoded in another one (RFC 2046, 5.2.1)
    return _text(named, octets) if named.startswith("text/") else named


def _text(named: str, octets: bytes) -> str:
    """Return a text's type with its letters' encoding, where that is the usual one."""
    try:
        octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _BINARY
    return f"{named}; charset=utf-8"
