"""Small files and folders that are there after a power cut, whole or not at all."""

import os
import secrets
from pathlib import Path

__all__ = ["make_folder", "replace_file"]


def replace_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file beside its final place, sync it, and move it there in one step.

    Of several that are written at once the last one stays.

    Args:
        path: the final place.
        content: all that it will hold.
        mode: its permissions; None for those of a new file.

    Raises:
        OSError: it cannot be written; the old content is untouched then.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_folder(path: Path, mode: int) -> None:
    """Make a folder, and those above it, where they are missing; `mode` is its own.

    Raises:
        OSError: it cannot be made.
    """
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode, exist_ok=True)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Make the names in a folder durable. Where a folder cannot be opened, as on Windows, the system sees to it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
