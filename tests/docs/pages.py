"""Reads the pages: their blocks, their tables, their headings and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGES", "ROOT", "Block", "anchors", "blocks", "links", "names", "page", "table"]

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file that it is called after (empty: none), its text and where it begins."""

    page: str
    line: int
    language: str
    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(path: Path, language: str = "") -> Iterator[Block]:
    content = path.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(content):
        if not language or match[1] == language:
            line = content.count("\n", 0, match.start()) + 1
            yield Block(path.name, line, match[1], match[2] or "", match[3])


def table(name: str, first: str) -> list[list[str]]:
    """The rows of the table whose first column is called `first`, as texts."""
    found: list[list[str]] = []
    for line in page(name).splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]
        if found and not cells:
            break
        if found or cells[:1] == [first]:
            found.append(cells)
    assert found, f"{name} has no table of `{first}`"
    return found[2:]


def names(text: str) -> set[str]:
    """The words that stand in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def links(path: Path) -> list[str]:
    return _LINK.findall(_BLOCK.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """The names under which a page's headings can be linked to, as they are made of their texts."""
    headings = _HEADING.findall(_BLOCK.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
