"""Pages: records that a server gives a page at a time, of which one is in memory at a time."""

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mailgrid.errors import SourceError

from ..web.address import join
from ..web.client import Answer, Web
from .json_text import record_of
from .jsonl import records_of_lines
from .records import Record
from .text_file import TextFile

__all__ = ["Pages"]

#: A page is read as a whole, so it may not be larger, in bytes.
_LARGEST = 1 << 26
#: RFC 8288, section 3: the target, then its parameters.
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


class Pages:
    """The records of all pages; each has its number as its line.

    Args:
        web: asks the server.
        url: the first page.
        options: with `format`, `records`, `next` and `page`.

    Raises:
        SourceError: the options do not go together.
    """

    def __init__(self, web: Web, url: str, options: Mapping[str, Any]) -> None:
        self._web = web
        self._url = url
        self._bare = urlunsplit((*urlsplit(url)[:3], "", "")).rpartition("@")[2]
        self._lines = options["format"] == "jsonl"
        self._path: Sequence[str] = list(filter(None, options["records"].split(".")))
        self._next: str = options["next"]
        self._page: str = options["page"]
        if options["format"] not in ("json", "jsonl"):
            raise SourceError("pages are `format json` or `format jsonl`")
        if self._lines and self._next not in ("", "link"):
            raise SourceError("pages of `format jsonl` have no field that tells the next: write `next link`")

    def __iter__(self) -> Iterator[Record]:
        """Yield the records, page by page.

        Raises:
            SourceError: a page cannot be read, or comes again.
        """
        url, seen, number = self._url, set[str](), 0
        while url:
            if url in seen:
                raise self.error("this page comes again: the server's pages have no end")
            seen.add(url)
            answer = self._web.get(url)
            try:
                records, told = self._read(answer)
                following = self._following(url, answer, told)
            finally:
                answer.close()
            for record in records:
                number += 1
                yield number, record
            url = following if records or self._next else ""

    def close(self) -> None:
        """Nothing is held between two pages."""

    def error(self, message: str, *, hint: str = "", line: int = 0) -> SourceError:
        """Make an error that names the first page."""
        return SourceError(message, hint=hint, file=self._bare, line=line)

    def _read(self, answer: Answer) -> tuple[Sequence[Mapping[str, Any]], object]:
        """Return the records of a page, and what its field says about the next."""
        file = TextFile(answer, "utf-8", answer.url)
        if self._lines:
            return [record for _, record in records_of_lines(file)], None
        try:
            content = answer.read(_LARGEST)
        except (OSError, EOFError, zlib.error) as error:
            raise file.error(f"cannot be read to its end: {error}") from None
        if len(content) == _LARGEST:
            raise file.error("this page is too large")
        try:
            page = json.loads(content, parse_float=Decimal)
        except (ValueError, RecursionError):  # UnicodeDecodeError is one
            raise file.error("is not JSON") from None
        found = _at(page, self._path)
        if not isinstance(found, list):
            where = ".".join(self._path)
            raise file.error(f"`{where}` is no list" if where else "is no list", hint='like `records "items"`')
        told = _at(page, self._next.split(".")) if self._next not in ("", "link") else None
        return [record_of(each, file, 0) for each in found], told

    def _following(self, url: str, answer: Answer, told: object) -> str:
        """Return the URL of the next page; empty after the last."""
        if self._next == "link":
            return _linked(url, answer.header("Link"))
        if self._next:
            if told in (None, "", False):
                return ""
            return _with(url, self._page, str(told)) if self._page else join(url, str(told))
        number = dict(parse_qsl(urlsplit(url).query)).get(self._page, "1")
        return _with(url, self._page, str(int(number) + 1 if number.isdecimal() else 2))


def _at(value: object, path: Sequence[str]) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _linked(url: str, header: str) -> str:
    for link in _LINK.finditer(header):
        relations = (quoted or bare for quoted, bare in _REL.findall(link[2]))
        if any("next" in relation.lower().split() for relation in relations):
            return join(url, str(link[1]))
    return ""


def _with(url: str, name: str, value: str) -> str:
    """Return a URL with a parameter set anew."""
    parts = urlsplit(url)
    others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit((*parts[:3], urlencode([*others, (name, value)]), ""))
