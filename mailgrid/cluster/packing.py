"""Packing: which files a campaign's messages are made of, and what of `mailgrid.toml` other hosts need."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from mailgrid.cluster.bundle import Bundle
from mailgrid.errors import MailgridError, UsageError, reason_of
from mailgrid.library.loading import Loaded
from mailgrid.planning.plan import Plan
from mailgrid.project import FILE, Project

__all__ = ["pack"]


def pack(loaded: Loaded, plan: Plan) -> Bundle:
    """Return the bundle of a campaign: its file, imports, templates and what they include, and its settings.

    What a project trusts its files with, and folders elsewhere, are each host's own business and stay out; so do
    ledgers. A secret cannot be in it, for files only name those.

    Raises:
        UsageError: it sends each person a file of their own.
        MailgridError: a file is gone, or cannot be read.
    """
    if plan.renderer.is_personal:
        raise UsageError(
            f"`{plan.name}` attaches files that differ from person to person, and those stay on one machine",
            hint="leave out `--engine cluster`, or put the files on a web server and link to them",
        )
    project = loaded.world.project
    root = project.root.resolve()
    files = {text.path.resolve() for text in loaded.compiled.texts if text.path}
    files |= {file.resolve() for file in plan.files}
    if project.file:
        files.discard(project.file.resolve())
    # Absolute paths lead to the same place on every host, so those files are not taken along.
    base = Path(os.path.commonpath([root, *files]))
    contents = {_name(file, base): _content(file) for file in files}
    contents[_name(root / FILE, base)] = tomli_w.dumps(_settings(project, base)).encode()
    return Bundle(_name(Path(loaded.file).resolve(), base), contents)


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
