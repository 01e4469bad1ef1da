"""Packing: which files a campaign's messages are made of, and what of `mailgrid.toml` other hosts need."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from mailgrid.cluster.bundle import Bundle
from mailgrid.errors import MailgridError, reason_of
from mailgrid.library.loading import Loaded
from mailgrid.planning.plan import Plan
from mailgrid.project import FILE, Project

__all__ = ["base_of", "pack"]


def pack(loaded: Loaded, plan: Plan) -> Bundle:
    """Return the bundle of a campaign: its file, imports, templates and what they include, and its settings.

    What a project trusts its files with, and folders elsewhere, are each host's own business and stay out; so do
    ledgers. A secret cannot be in it, for files only name those.

    Raises:
        MailgridError: a file is gone, or cannot be read.
    """
    project = loaded.world.project
    files = _files(loaded, plan)
    base = base_of(loaded, plan)
    contents = {_name(file, base): _content(file) for file in files}
    contents[_name(project.root.resolve() / FILE, base)] = tomli_w.dumps(_settings(project, base)).encode()
    return Bundle(_name(Path(loaded.file).resolve(), base), contents)


def base_of(loaded: Loaded, plan: Plan) -> Path:
    """Return the folder that the bundle's names start from."""
    return Path(os.path.commonpath([loaded.world.project.root.resolve(), *_files(loaded, plan)]))


def _files(loaded: Loaded, plan: Plan) -> set[Path]:
    """Return the files that a campaign's messages are made of."""
    files = {text.path.resolve() for text in loaded.compiled.texts if text.path}
    files |= {file.resolve() for file in plan.files}
    if project := loaded.world.project.file:
        files.discard(project.resolve())
    return files


def _name(file: Path, base: Path) -> str:
    return file.relative_to(base).as_posix()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MailgridError(f"{file.name} cannot be read: {reason_of(error)}") from None


def _settings(project: Project, base: Path) -> dict[str, Any]:
    """Return what `mailgrid.toml` is to say on the hosts, its environment laid over the rest."""
    key: Mapping[str, Any] = {"token_key": {"secret": project.token_key}} if project.token_key else {}
    table: dict[str, Any] = {"transport": _tables(project), **key}
    if project.zone:
        table["zone"] = project.zone
    if base != project.root.resolve():
        table["folders"] = [Path(os.path.relpath(base, project.root.resolve())).as_posix()]
    if project.environment:
        table["env"] = {project.environment: {**({"redirect": project.redirect} if project.redirect else {}), **key}}
    return table


def _tables(project: Project) -> dict[str, Any]:
    return {name: dict(settings) for name, settings in sorted(project.transports.items())}
