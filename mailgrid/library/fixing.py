"""Fixing: makes the changes that diagnostics offer, again and again, until there is nothing left to make."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from mailgrid.language.diagnostics import Edit
from mailgrid.language.edits import edited
from mailgrid.language.text import Text
from mailgrid.library.checking import Checked, check
from mailgrid.library.rewriting import rewrite
from mailgrid.library.settings import Settings
from mailgrid.value import value

__all__ = ["Change", "Fixer"]

#: One fix may bring another mistake to light; this many times it is looked again.
_ROUNDS = 10


@value
class Change:
    """A file that was put right: its text before, its content afterwards, and how many mistakes that took."""

    before: Text
    content: str
    fixes: int

    def write(self) -> None:
        """Replace the file at once, or not at all. Its mode and its byte order mark stay.

        Raises:
            UsageError: it cannot be written, or is not what was checked any more.
        """
        rewrite(self.before, self.content, keep_mark=True)


class Fixer:
    """Fixes files in memory; what they import too, as long as it lies in the project.

    Args:
        settings: what is set from outside of the files.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._contents: dict[Path, str] = {}
        self._changes: dict[Path, Change] = {}

    @property
    def changes(self) -> tuple[Change, ...]:
        """The files that are different now."""
        return tuple(change for change in self._changes.values() if change.content != change.before.content)

    def __call__(self, file: Path) -> Checked:
        """Fix a file and return what is left in it."""
        checked = check(file, self._settings, self._contents)
        for _ in range(_ROUNDS):
            if not self._round(checked):
                break
            checked = check(file, self._settings, self._contents)
        return checked

    def _round(self, checked: Checked) -> bool:
        """Make the edits that do not overlap; tell whether there were any."""
        made = 0
        for text, edits in _by_text(checked):
            path = (text.path or Path()).resolve()
            if text.path and (text.name == str(checked.file) or path.is_relative_to(checked.root)):
                content, count = edited(text, edits)
                self._contents[path] = content
                change = self._changes.get(path) or Change(text, content, 0)
                self._changes[path] = replace(change, content=content, fixes=change.fixes + count)
                made += count
        return made > 0


def _by_text(checked: Checked) -> Iterator[tuple[Text, list[Edit]]]:
    """Yield the edits in each text; the diagnostics are in the order of the texts' names."""
    edits = [diagnostic.edit for diagnostic in checked.diagnostics if diagnostic.edit]
    for _, group in groupby(edits, lambda edit: edit.span.text.name):
        each = list(group)
        yield each[0].span.text, each
