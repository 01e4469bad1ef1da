"""Documents: the files that are open in the editor, with their texts as they stand there, saved or not."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pygls.uris import to_fs_path

from mailgrid.language.text import Text
from mailgrid.value import value

__all__ = ["Document", "Documents"]


@value
class Document:
    """An open file.

    Args:
        uri: as the editor writes it, which is not always as we would.
        path: where it is, or would be if it were saved.
        version: grows with each change.
        text: what stands in it.
    """

    uri: str
    path: Path
    version: int
    text: Text


class Documents:
    """Knows the open files. Messages call them by their paths from the working directory, which editors set."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def put(self, uri: str, version: int, content: str) -> Document:
        """Note a file that was opened or changed."""
        path = path_of(uri)
        document = Document(uri, path, version, Text(str(path), content, path))
        self._open[uri] = document
        return document

    def drop(self, uri: str) -> None:
        """Forget a file that was closed."""
        self._open.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """Return an open file; None where it is not open."""
        return self._open.get(uri)

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    @property
    def unsaved(self) -> Mapping[Path, str]:
        """The texts, by resolved paths."""
        return {document.path.resolve(): document.text.content for document in self}

    def uri(self, path: Path) -> str:
        """Return a file's address, as the editor writes it where the file is open."""
        path = path.resolve()
        known = (document.uri for document in self if document.path.resolve() == path)
        return next(known, path.as_uri())


def path_of(uri: str) -> Path:
    """Return where an address points to. What was never saved is taken for a file of the working directory."""
    name = to_fs_path(uri)
    path = Path(name) if name else Path.cwd() / Path(uri.replace(":", "/")).name
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
