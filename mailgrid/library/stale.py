"""Stale: whether a file that a saved plan was made of has changed since."""

import os
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path

from mailgrid.errors import Refused
from mailgrid.library.loading import Loaded
from mailgrid.planning.plan import Plan
from mailgrid.planning.saved_plan import SavedPlan

__all__ = ["changed", "check_bound", "check_files", "digests"]


def digests(loaded: Loaded, plans: Iterable[Plan]) -> dict[str, str]:
    """Return the SHA-256 of every file that plans were made of, by its path from the campaign file's folder.

    These are the campaign file and its imports, templates and what they include, lists of lines, `mailgrid.toml`. A
    source is none of them: its rows may come and go.
    """
    files = {text.path for text in loaded.compiled.texts if text.path}
    files |= {loaded.world.project.file} if loaded.world.project.file else set()
    files |= {file for plan in plans for file in plan.files}
    folder = Path(loaded.file).resolve().parent
    return {Path(os.path.relpath(file.resolve(), folder)).as_posix(): _digest(file) for file in files}


def changed(saved: SavedPlan) -> list[str]:
    """Name the files that are not any more what they were when a plan was made."""
    folder = saved.file.resolve().parent
    return _differences(saved.files, {name: _digest(folder / name) for name in saved.files})


def check_files(saved: SavedPlan) -> None:
    """Refuse a plan, MG621, if a file that it names has changed."""
    _refuse(saved, changed(saved))


def check_bound(saved: SavedPlan, loaded: Loaded, plans: Iterable[Plan]) -> None:
    """Refuse a plan, MG621, if it would be made of other files now, or of files that have just changed."""
    _refuse(saved, _differences(saved.files, digests(loaded, plans)))


def _refuse(saved: SavedPlan, names: list[str]) -> None:
    if names:
        raise Refused(
            f"plan {saved.id} is stale; changed since it was made: {', '.join(names)}",
            hint="look at what would happen now, and make a new plan: mailgrid plan FILE -o FILE.plan",
            code="MG621",
        )


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [name if after.get(name) else f"{name} (gone)" for name in names if before.get(name) != after.get(name)]


def _digest(file: Path) -> str:
    """Return a file's digest; empty where there is none to read."""
    try:
        with file.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
