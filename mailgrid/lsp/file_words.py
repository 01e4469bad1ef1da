"""File words: the files that may be named in quotes, and the pictures that HTML in quotes may show."""

import re
from collections.abc import Iterator

from lsprotocol.types import CompletionItemKind

from mailgrid.errors import MailgridError
from mailgrid.language.ast import Statement, Word, walk
from mailgrid.lsp.analysis import Analysis
from mailgrid.lsp.candidates import Candidate
from mailgrid.lsp.cursor import Cursor
from mailgrid.message.spec import Form
from mailgrid.project import Project

__all__ = ["file_words"]

#: Settings whose text in quotes is a file, with how its name ends; empty where it may be any.
_ENDINGS = {
    "attach": (),
    "import": (".mailgrid",),
    "inline": (".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"),
    "template": (*(suffix for form in Form for suffix in form.suffixes), ".txt", ".text"),
}
_SHOWN = re.compile(r"""["'(=]\s*cid:([\w-]*)\Z""", re.IGNORECASE)
_MOST = 500


def file_words(cursor: Cursor, analysis: Analysis) -> tuple[int, Iterator[Candidate]] | None:
    """Return what may follow inside a text in quotes, and how many characters of it are written already.

    None where the text is no file's name and shows no picture there.
    """
    quoted = cursor.quoted or ""
    words = [token.text for token in cursor.before]
    if shown := _SHOWN.search(quoted):
        return len(shown[1]), _pictures(analysis)
    if "{" in quoted or not words or words[0] not in _ENDINGS or words[-1] == "as":
        return None
    folder, _, begun = quoted.lstrip("\"'").rpartition("/")
    return len(begun), _files(cursor, folder, _ENDINGS[words[0]], analysis.world.project)


def _files(cursor: Cursor, written: str, endings: tuple[str, ...], project: Project) -> Iterator[Candidate]:
    """Yield the folders and the fitting files of a folder inside the project."""
    if cursor.text.path is None:
        return
    try:
        folder = project.resolve(cursor.text.path.parent, written or ".")
        found = sorted(folder.iterdir())[:_MOST]
    except (MailgridError, OSError):
        return
    for path in found:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield Candidate(path.name, CompletionItemKind.Folder, "a folder", f"{path.name}/")
        elif not endings or path.suffix.lower() in endings:
            yield Candidate(path.name, CompletionItemKind.File, "a file")


def _pictures(analysis: Analysis) -> Iterator[Candidate]:
    """Yield the names of the pictures that the file puts into messages."""
    for node in walk(analysis.module.file):
        if isinstance(node, Statement) and node.keyword == "inline":
            words = (word.name for word in node.arguments if isinstance(word, Word) and word.name != "as")
            yield from (Candidate(word, CompletionItemKind.File, "a picture in the message") for word in words)
