"""Project: the folder that campaigns belong to, and what `mailgrid.toml` says about it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError, UsageError

__all__ = ["FILE", "Project", "find"]

FILE = "mailgrid.toml"
_KNOWN = {"ledger": "str", "zone": "str", "plugins": "list", "folders": "list", "transport": "dict"}
_WORDS = {"str": "a text", "list": "a list of texts", "dict": "tables, like [transport.default]"}


@dataclass(frozen=True, slots=True)
class Project:
    """What differs from one environment to the next.

    `root` is the folder of `mailgrid.toml`, or the campaign file's own where there is none. `ledger` is where the
    ledger is (a folder or a URL; empty: `.mailgrid/` in the root), `zone` the default time zone, `plugins` the
    distributions whose plugins may load, `folders` those outside the root that campaign files may read, `transports`
    the tables `[transport.NAME]` as they are written.
    """

    root: Path
    file: Path | None = None
    ledger: str = ""
    zone: str = ""
    plugins: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    transports: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def resolve(self, folder: Path, path: str) -> Path:
        """Return where a path of a campaign file is on disk, links followed.

        Args:
            folder: the campaign file's folder, from which relative paths are meant.
            path: as it is written.

        Raises:
            SourceError: it leaves the project, or is no path at all.
        """
        if not path:
            raise SourceError("a path is empty", hint="write the file's name", code="MG402")
        try:
            found = (folder / path).resolve()
        except (OSError, RuntimeError, ValueError):  # a NUL, no text of this system's, links that go round in circles
            raise SourceError(f"{path!r} is not a path", hint="write the file's name", code="MG402") from None
        allowed = (self.root.resolve(), *self.folders)
        if not any(found.is_relative_to(base) for base in allowed):
            raise SourceError(
                f"`{path}` lies outside the project",
                hint=f'move it below {self.root}, or list its folder: folders = ["..."] in {FILE}',
                code="MG402",
            )
        return found


def find(folder: Path) -> Project:
    """Find the project that a folder belongs to: the nearest `mailgrid.toml` in it or above it.

    Raises:
        UsageError: `mailgrid.toml` cannot be read, or says what this version does not know.
    """
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if (file := candidate / FILE).is_file():
            return _read(file)
    return Project(root=folder)


def _read(file: Path) -> Project:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read: {error}", code="MG620") from error
    for name, value in table.items():
        _check(file, name, value)
    root = file.parent
    return Project(
        root=root,
        file=file,
        ledger=table.get("ledger", ""),
        zone=table.get("zone", ""),
        plugins=tuple(table.get("plugins", ())),
        folders=tuple((root / folder).resolve() for folder in table.get("folders", ())),
        transports=table.get("transport", {}),
    )


def _check(file: Path, name: str, value: Any) -> None:  # noqa: ANN401  # whatever TOML can hold
    """Refuse what this version does not know; nothing is ignored in silence."""
    if name not in _KNOWN:
        known = ", ".join(_KNOWN)
        raise UsageError(f"{file} has an unknown setting `{name}`", hint=f"it may hold: {known}", code="MG620")
    wanted = _KNOWN[name]
    texts = not isinstance(value, list) or all(isinstance(item, str) for item in value)
    if type(value).__name__ != wanted or not texts:
        raise UsageError(f"`{name}` in {file} wants {_WORDS[wanted]}", code="MG620")
    if name == "transport":
        _check_transports(file, value)


def _check_transports(file: Path, tables: Mapping[str, Any]) -> None:
    for name, settings in tables.items():
        if not isinstance(settings, dict) or not isinstance(settings.get("driver"), str):
            raise UsageError(
                f"[transport.{name}] in {file} has no driver", hint='write for instance: driver = "smtp"', code="MG620"
            )
