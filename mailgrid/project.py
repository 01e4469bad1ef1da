"""Project: the folder that campaigns belong to, and what `mailgrid.toml` says about it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError, UsageError
from mailgrid.value import value

__all__ = ["FILE", "Project", "environments", "find"]

FILE = "mailgrid.toml"
_KNOWN = {
    "ledger": "str",
    "zone": "str",
    "plugins": "list",
    "folders": "list",
    "trust": "list",
    "allow_hosts": "list",
    "settle_from": "str or list",
    "transport": "dict",
    "token_key": "dict",
    "env": "dict",
}
_OF_ENVIRONMENT = {
    "ledger": "str",
    "redirect": "str",
    "settle_from": "str or list",
    "transport": "dict",
    "token_key": "dict",
}
_ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]+")
_WORDS = {
    "str": "a text",
    "list": "a list of texts",
    "str or list": "a text or a list of texts",
    "dict": "tables, like [transport.default]",
}


@value
class Project:
    """What differs from one environment to the next.

    `root` is the folder of `mailgrid.toml`, or the campaign file's own where there is none. `ledger` is where the
    ledger is (a folder or a URL; empty: `.mailgrid/` in the root), `zone` the default time zone, `plugins` the
    distributions whose plugins may load, `folders` those outside the root that campaign files may read, `trust` the
    drivers and options that reach outside which campaign files may use, `allow_hosts` the hosts that these may ask
    though their addresses are not public, `settle_from` the logs of the relay that settle
    messages in doubt, `transports` the tables `[transport.NAME]` as they are written, `token_key` the name of the
    secret that tokens are made with (empty: a file beside the ledger).

    `environment` is the name of the table `[env.NAME]` that was laid over the rest, empty for none: it has a ledger and
    transports of its own, and `redirect` is the address that gets every message in place of its recipient.
    """

    root: Path
    file: Path | None = None
    ledger: str = ""
    zone: str = ""
    plugins: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    trust: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    settle_from: tuple[Path, ...] = ()
    transports: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    environment: str = ""
    own_transports: frozenset[str] = frozenset()
    redirect: str = ""
    token_key: str = ""

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
        if path.startswith("~/"):  # a shell would look for somebody's home, which is elsewhere for everybody else
            hint = "write the path as it is seen from the folder of the file that it stands in"
            raise SourceError(f"`~` stands for no folder in `{path}`", hint=hint, code="MG402")
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


def find(folder: Path, environment: str = "") -> Project:
    """Find the project that a folder belongs to: the nearest `mailgrid.toml` in it or above it.

    Args:
        folder: the folder.
        environment: the name of the table `[env.NAME]` that is laid over the rest; empty for none.

    Raises:
        UsageError: `mailgrid.toml` cannot be read, says what this version does not know, or has no such table.
    """
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if (file := candidate / FILE).is_file():
            project, environments = _read(file)
            return _in_environment(project, environments, environment) if environment else project
    if environment:
        hint = f"write {FILE} with a table [env.{environment}]"
        raise UsageError(f"there is no {FILE} that could say what `{environment}` is", hint=hint, code="MG620")
    return Project(root=folder)


def environments(folder: Path) -> tuple[str, ...]:
    """Return the names of the environments of the project that a folder belongs to.

    Raises:
        UsageError: `mailgrid.toml` cannot be read, or says what this version does not know.
    """
    file = find(folder).file
    return () if file is None else tuple(_read(file)[1])


def _in_environment(project: Project, environments: Mapping[str, Any], name: str) -> Project:
    """Lay an environment over the rest. Its ledger is never the one of the others, even where it names none."""
    table = environments.get(name)
    if table is None:
        known = ", ".join(environments)
        hint = f"it has: {known}" if known else f"write [env.{name}]"
        raise UsageError(f"{project.file} has no [env.{name}]", hint=hint, code="MG620")
    own = table.get("transport", {})
    return replace(
        project,
        environment=name,
        ledger=table.get("ledger", f".mailgrid-{name}"),
        transports={**project.transports, **own},
        own_transports=frozenset(own),
        redirect=table.get("redirect", ""),
        settle_from=_logs(project.root, table),
        token_key=_token_key(table) or project.token_key,
    )


def _read(file: Path) -> tuple[Project, Mapping[str, Any]]:
    """Return a project and the tables of its environments."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read: {error}", code="MG620") from error
    for name, set_to in table.items():
        _check(file, name, set_to, _KNOWN)
    for name, environment in table.get("env", {}).items():
        _check_environment(file, name, environment)
    root = file.parent
    project = Project(
        root=root,
        file=file,
        ledger=table.get("ledger", ""),
        zone=table.get("zone", ""),
        plugins=tuple(table.get("plugins", ())),
        folders=tuple((root / folder).resolve() for folder in table.get("folders", ())),
        trust=tuple(table.get("trust", ())),
        allow_hosts=tuple(host.lower() for host in table.get("allow_hosts", ())),
        settle_from=_logs(root, table),
        transports=table.get("transport", {}),
        token_key=_token_key(table),
    )
    return project, table.get("env", {})


def _logs(root: Path, table: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the logs of the relay; an environment has a relay of its own, and takes none over."""
    written = table.get("settle_from", ())
    return tuple(root / path for path in ([written] if isinstance(written, str) else written))


def _token_key(table: Mapping[str, Any]) -> str:
    """Return the name of the secret that tokens are made with; empty where there is none."""
    return str(table.get("token_key", {}).get("secret", ""))


def _check_environment(file: Path, name: str, table: object) -> None:
    """Refuse an environment that makes no sense, whether it is the one that is asked for or not."""
    if not isinstance(table, dict) or not _ENVIRONMENT.fullmatch(name):
        hint = "write a table, like [env.staging], whose name holds letters, digits, `_` and `-`"
        raise UsageError(f"[env.{name}] in {file} is no environment", hint=hint, code="MG620")
    for setting, set_to in table.items():
        _check(file, setting, set_to, _OF_ENVIRONMENT, f"env.{name}.")


def _check(
    file: Path,
    name: str,
    value: Any,  # noqa: ANN401  # whatever TOML can hold
    allowed: Mapping[str, str],
    prefix: str = "",
) -> None:
    """Refuse what this version does not know; nothing is ignored in silence."""
    if name not in allowed:
        known = ", ".join(allowed)
        raise UsageError(f"{file} has an unknown setting `{prefix}{name}`", hint=f"it may hold: {known}", code="MG620")
    wanted = allowed[name]
    if name == "token_key" and (not isinstance(value, dict) or not _is_secret(value)):
        hint = f'write: {name} = {{ secret = "MAIL_TOKEN_KEY" }}, and set that variable'
        raise UsageError(f"`{prefix}{name}` in {file} wants the name of a secret", hint=hint, code="MG620")
    texts = not isinstance(value, list) or all(isinstance(item, str) for item in value)
    if type(value).__name__ not in wanted.split(" or ") or not texts:
        raise UsageError(f"`{prefix}{name}` in {file} wants {_WORDS[wanted]}", code="MG620")
    if name == "ledger" and _holds_password(value):
        hint = "leave it out, and set PGPASSWORD or write it into ~/.pgpass: this file is for everybody's eyes"
        raise UsageError(f"`{prefix}ledger` in {file} holds a password", hint=hint, code="MG620")
    if name == "transport":
        _check_transports(file, value, prefix)
    if name == "zone":
        _check_zone(file, value)


def _check_zone(file: Path, name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        hint = 'write one like "Europe/Paris", or "UTC"'
        raise UsageError(f"`zone` in {file}: there is no time zone `{name}`", hint=hint, code="MG620") from None


def _holds_password(url: str) -> bool:
    """Tell whether there is a password in a URL of a database."""
    return bool(re.match(r"postgres(ql)?://([^@/?]*:[^@/?]+@|.*[?&]password=)", url))


def _is_secret(table: Mapping[str, Any]) -> bool:
    return table.keys() == {"secret"} and isinstance(table["secret"], str) and bool(table["secret"])


def _check_transports(file: Path, tables: Mapping[str, Any], prefix: str) -> None:
    for name, settings in tables.items():
        if not isinstance(settings, dict) or not isinstance(settings.get("driver"), str):
            raise UsageError(
                f"[{prefix}transport.{name}] in {file} has no driver",
                hint='write for instance: driver = "smtp"',
                code="MG620",
            )
