"""JSON with places (RFC 8259): the standard library's reader forgets where each piece stood."""

import re
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed does not know it
from typing import TypeVar

from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.marked import Malformed, Marked, Members, number
from mailgrid.language.text import Span, Text

__all__ = ["read_json"]

T = TypeVar("T")

_BLANKS = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"\w+", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}


def read_json(text: Text) -> Marked:
    """Read a text that is one JSON value.

    Raises:
        Malformed: it is not.
    """
    reader = _Reader(text)
    value = reader.value(0)
    reader.skip_blanks()
    if reader.place < len(text.content):
        raise reader.malformed("nothing may follow the value")
    return value


class _Reader:
    """Goes through a text once; `place` is the offset of what comes next."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.place = 0

    def value(self, depth: int) -> Marked:
        self.skip_blanks()
        start, sign = self.place, self._next
        if depth > MAX_DEPTH:
            raise self.malformed("it is nested too deep")
        if sign == "{":
            members = tuple(self._items("}", lambda: self._member(depth)))
            return Marked(self._since(start), Members(members))
        if sign == "[":
            items = tuple(self._items("]", lambda: self.value(depth + 1)))
            return Marked(self._since(start), items)
        if sign == '"':
            return self._string()
        if found := _NUMBER.match(self._text.content, start):
            self.place = found.end()
            return Marked(self._since(start), number(found[0], self._since(start)))
        return self._word()

    def skip_blanks(self) -> None:
        found = _BLANKS.match(self._text.content, self.place)
        self.place = found.end() if found else self.place

    def malformed(self, reason: str) -> Malformed:
        """Return the exception for what stands at `place`."""
        end = min(self.place + 1, len(self._text.content))
        return Malformed(Span(self._text, min(self.place, end), end), reason)

    @property
    def _next(self) -> str:
        return self._text.content[self.place : self.place + 1]

    def _since(self, start: int) -> Span:
        return Span(self._text, start, self.place)

    def _items(self, closing: str, item: Callable[[], T]) -> Iterator[T]:
        """Read what stands between a bracket and the one that closes it."""
        self.place += 1
        self.skip_blanks()
        while self._next != closing:
            yield item()
            self.skip_blanks()
            if self._next == ",":
                self.place += 1
                self.skip_blanks()
                if self._next == closing:
                    raise self.malformed(f"a comma stands before `{closing}`")
            elif self._next != closing:
                raise self.malformed(f"`,` or `{closing}` is missing")
        self.place += 1

    def _member(self, depth: int) -> tuple[Marked, Marked]:
        if self._next != '"':
            raise self.malformed('a key in quotes `"` is missing')
        key = self._string()
        self.skip_blanks()
        if self._next != ":":
            raise self.malformed("`:` is missing after the key")
        self.place += 1
        return key, self.value(depth + 1)

    def _string(self) -> Marked:
        start = self.place
        try:
            value, self.place = scanstring(self._text.content, start + 1)
            value.encode()
        except JSONDecodeError as error:
            self.place = error.pos
            raise self.malformed(error.msg.lower().removesuffix(" at")) from None
        except UnicodeEncodeError:
            raise Malformed(self._since(start), "half of a surrogate pair is no character") from None
        return Marked(self._since(start), value)

    def _word(self) -> Marked:
        start = self.place
        found = _WORD.match(self._text.content, start)
        if found is None or found[0] not in _WORDS:
            raise self.malformed("a value is missing" if found is None else f"`{found[0][:30]}` is no value")
        self.place = found.end()
        return Marked(self._since(start), _WORDS[found[0]])
