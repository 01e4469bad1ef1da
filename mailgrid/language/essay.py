"""Essay: what a code means and why it is a mistake at all, with a wrong and a right example.

Each is a file of the folder `essays/`: a title, a few sentences, and fenced blocks. A block's first line names its
language, then `wrong` or `right` where it is an example, then the file that it is; the tests run every one.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from mailgrid.value import value

__all__ = ["Block", "Essay", "codes", "essay"]

_FENCE = re.compile(r"^```(\S+)(?: (wrong|right))?(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"# (.*)\n+")


@value
class Block:
    """A fenced block: its language, `wrong`, `right` or nothing, the file that it is (or nothing), its lines."""

    language: str
    verdict: str
    name: str
    text: str

    @property
    def label(self) -> str:
        """What stands above it where it is shown."""
        return ", ".join(filter(None, (self.verdict, self.name)))


@value
class Essay:
    """What there is to say about a code, in Markdown, and the title in one line."""

    code: str
    title: str
    body: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its fenced blocks, in their order."""
        return tuple(Block(*(part or "" for part in match.groups())) for match in _FENCE.finditer(self.body))

    def lines(self) -> Iterator[str]:
        """Yield it as a terminal shows it: examples indented below what they are."""
        yield f"{self.code}: {self.title}"
        yield ""
        yield from _FENCE.sub(_plain, self.body).strip().split("\n")


def codes() -> list[str]:
    """Return every code that there is an essay for: errors first, then warnings."""
    return sorted(entry.name.removesuffix(".md") for entry in _folder().iterdir() if entry.name.endswith(".md"))


def essay(code: str) -> Essay | None:
    """Return the essay on a code, whatever its case; None where there is none."""
    code = code.upper()
    if code not in codes():
        return None
    text = (_folder() / f"{code}.md").read_text(encoding="utf-8")
    title = _TITLE.match(text)
    assert title
    return Essay(code, title[1], text[title.end() :])


def _folder() -> Traversable:
    return files("mailgrid.language") / "essays"


def _plain(match: re.Match[str]) -> str:
    block = Block(*(part or "" for part in match.groups()))
    lines = [f"    {line}".rstrip() for line in block.text.splitlines()]
    return "\n".join([f"{block.label}:", *lines])
