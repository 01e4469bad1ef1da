"""Files that go with a message, in a folder of a test's own, and what other programs read of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.message.spec import Enclosing, Words

PDF = b"%PDF-1.7\n" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class Folder:
    """Makes what goes with messages out of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, octets: bytes = PDF) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)
        return file

    def attached(self, path: str, name: str | None = None, **more: Any) -> Enclosing:
        title = f"attach {path}"
        return Enclosing(
            path=Words(path, title), find=self.find, name=None if name is None else Words(name, title), **more
        )

    def inline(self, path: str, cid: str) -> Enclosing:
        return Enclosing(path=Words(path, f"inline {path}"), find=self.find, cid=cid)

    def find(self, path: str) -> Path:
        found = (self.path / path).resolve()
        if not found.is_relative_to(self.path.resolve()):
            raise SourceError("it lies outside", hint="move it", code="MG402")
        return found


def having(column: str, value: object) -> Callable[[Mapping[str, object]], bool]:
    """Return a condition over a row."""
    return lambda fields: fields.get(column) == value
