"""Patch: what `diff -u` would say of a text and what it becomes."""

from collections.abc import Iterator
from difflib import unified_diff

from mailgrid.cli.screen import Screen, clean
from mailgrid.language.secrecy import masked
from mailgrid.language.text import Text

__all__ = ["print_patch"]

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def print_patch(screen: Screen, before: Text, content: str) -> None:
    """Print the patch; on a terminal in colour."""
    for line in _lines(before, content):
        color = _COLORS.get(line[:1])
        screen.out(line, **({"fg": color} if color else {}))


def _lines(before: Text, content: str) -> Iterator[str]:
    """Yield the lines of the patch, without line ends and without secrets."""
    after = Text(before.name, content, before.path, before.secret_options)
    return unified_diff(_shown(before), _shown(after), before.name, before.name, lineterm="")


def _shown(text: Text) -> list[str]:
    return [clean(line) for line in masked(text, 0, len(text.content)).removesuffix("\n").split("\n")]
