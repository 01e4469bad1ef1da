"""JSON (RFC 8259) read as it comes, value by value: of a list of a million records one is in memory at a time."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mailgrid.errors import SourceError

from .records import Record
from .text_file import TextFile

__all__ = ["JsonText", "decoder", "record_of", "records_in"]

#: A longer value, in characters, is taken for damage where it is a record, and is more than can be passed over.
_LONGEST = 1 << 22

#: No sign of JSON but a text is longer: what goes wrong further from the end does not go right with more of the text.
_SIGN = 16
_BLANKS = re.compile(r"[ \t\n\r]*")


def decoder() -> json.JSONDecoder:
    """Return a decoder that keeps numbers exact, and takes only what RFC 8259 knows."""
    return json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def record_of(value: object, file: TextFile, line: int) -> dict[str, Any]:
    """Return a value that is a record.

    Raises:
        SourceError: it is another thing.
    """
    if isinstance(value, dict):
        return value
    hint = 'a record is an object, like {"email": "ann@mail.example"}'
    raise file.error("this is no record", hint=hint, line=line)


def records_in(file: TextFile, path: str) -> Iterator[Record]:
    """Yield the records of the list that stands in `file` at `path`, like `data.items`; empty: the file is the list.

    Raises:
        SourceError: there is no such list, or it cannot be read.
    """
    text = JsonText(file)
    for name in filter(None, path.split(".")):
        text.enter(name, path)
    if text.next() != "[":
        hint = 'say where it is, like `records "items"`' if text.next() == "{" and not path else ""
        where = f"`{path}` is no list" if path else "is no list" if text.next() else "is empty"
        raise file.error(where, hint=hint, line=text.line)
    for line, value in text.items():
        yield line, record_of(value, file, line)
    if not path and text.next():
        raise file.error("something follows the list", line=text.line)


class JsonText:
    """A text of JSON, and how far it was read.

    Args:
        file: where the text comes from.
    """

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._pieces = file.pieces()
        self._buffer = ""
        self._at = 0
        self._decode = decoder().raw_decode
        #: The line of the next value.
        self.line = 1

    def next(self) -> str:
        """Return the next character that is no blank, without taking it; empty at the end."""
        while True:
            end = _BLANKS.match(self._buffer, self._at).end()  # type: ignore[union-attr]  # it matches always
            self._move(end)
            if end < len(self._buffer):
                return self._buffer[end]
            if not self._more():
                return ""

    def items(self) -> Iterator[tuple[int, object]]:
        """Yield the values of the list that begins here, each with its line."""
        self._take("[")
        if self.next() == "]":
            self._take("]")
            return
        while True:
            self.next()
            line = self.line
            yield line, self._value()
            if self._take(",", "]") == "]":
                return

    def enter(self, name: str, path: str) -> None:
        """Go to the value of one field of the object that begins here.

        Raises:
            SourceError: there is no such field.
        """
        line = self.line
        if self.next() == "{":
            self._take("{")
            while self.next() == '"':
                found = self._value()
                self._take(":")
                if found == name:
                    return
                self._value()
                if self._take(",", "}") == "}":
                    break
        raise self._file.error(f"there is no `{name}`, and so no `{path}`", line=line)

    def _take(self, *wanted: str) -> str:
        found = self.next()
        if found not in wanted or not found:
            expected = " or ".join(f"`{each}`" for each in wanted)
            what = f"`{found}`" if found else "the end"
            raise self._file.error(f"is not JSON: expected {expected}, found {what}", line=self.line)
        self._move(self._at + 1)
        return found

    def _value(self) -> object:
        self.next()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, json.JSONDecodeError) and self._may_go_on(error) and self._more():
                    continue
                raise self._broken(error) from None
            if end == len(self._buffer) and self._more():  # 12 may be the beginning of 123
                continue
            self._move(end)
            return value

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Tell whether a value may only not be here as a whole."""
        cut_off = error.pos > len(self._buffer) - _SIGN or error.msg.startswith("Unterminated")
        return cut_off and len(self._buffer) - self._at <= _LONGEST

    def _broken(self, error: Exception) -> SourceError:
        if not isinstance(error, json.JSONDecodeError):
            reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
            return self._file.error(f"is not JSON: {reason}", line=self.line)
        line = self.line + self._buffer.count("\n", self._at, error.pos)
        if len(self._buffer) - self._at > _LONGEST:
            return self._file.error(f"this value is longer than {_LONGEST:,} characters", line=self.line)
        return self._file.error(f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", line=line)

    def _move(self, end: int) -> None:
        self.line += self._buffer.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return True


def _refuse(constant: str) -> object:
    raise ValueError(f"there is no number {constant}")
