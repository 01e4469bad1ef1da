"""Watch: whether files were saved since somebody last asked. It looks when it is asked, and does nothing meanwhile."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

__all__ = ["Watch"]

_Stamp: TypeAlias = tuple[int, int, int]


class Watch:
    """Says once of each change that there was one, when all files are quiet again: half a file is no file.

    Args:
        files: what is looked at.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._paths = frozenset(files)
        self._seen = self._look()
        self._now = self._seen

    def __call__(self) -> frozenset[Path]:
        """Return what has changed, and not since the last call; empty where nothing has, or something still does."""
        before, self._now = self._now, self._look()
        if self._now != before:
            return frozenset()
        seen, self._seen = self._seen, self._now
        return frozenset(path for path, stamp in self._now.items() if stamp != seen.get(path))

    def look_at(self, files: Iterable[Path], *, around: bool = False) -> None:
        """Look at other files from now on; what changed before in one that was looked at anyway still counts.

        `around` looks at their folders too: the file that was missing may appear there.
        """
        wanted = frozenset(files)
        self._paths = wanted | {file.parent for file in wanted} if around else wanted
        self._seen = {path: self._seen.get(path, stamp) for path, stamp in self._look().items()}
        self._now = self._seen

    def _look(self) -> dict[Path, _Stamp | None]:
        return {path: _stamp(path) for path in self._paths}


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:  # it is being replaced, or gone
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
