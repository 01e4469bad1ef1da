"""Files: where a campaign's files are, and which of them were read."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["Files", "place"]


class Files:
    """Resolves the paths of a campaign's files and remembers them.

    Args:
        resolve: turns a path that is written in a folder's campaign file into one on disk.
    """

    def __init__(self, resolve: Callable[[Path, str], Path]) -> None:
        self._resolve = resolve
        self.found: set[Path] = set()

    def __call__(self, folder: Path, path: str) -> Path:
        """Return where a file is on disk."""
        found = self._resolve(folder, path)
        self.found.add(found)
        return found


def place(path: Path | None, root: Path) -> str:
    """Return a file's place in the project at `root`, the same on every machine; empty for a text that is no file."""
    if path is None:
        return ""
    path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
