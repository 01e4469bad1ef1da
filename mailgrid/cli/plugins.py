"""`mailgrid plugins`: the sources, transports and functions that there are, with their options."""

import re
from collections.abc import Collection
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.new_plugin import write_plugin
from mailgrid.cli.table import print_table
from mailgrid.errors import UsageError, reason_of
from mailgrid.hookspecs import FunctionKind, ObserverKind, Option, SourceKind, TransportKind
from mailgrid.plugins import Plugin, load, others
from mailgrid.project import find
from mailgrid.value import value

__all__ = ["command"]

_NEW = "new"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEAD = ("kind", "name", "plugin", "version", "allowed", "options", "meaning")
_Kind = SourceKind | TransportKind | FunctionKind | ObserverKind


@value
class _Row:
    """A kind, the plugin that registered it, and whether a campaign may use it."""

    kind: _Kind
    owner: Plugin
    allowed: str


@click.command("plugins")
@click.argument("name", required=False)
@click.argument("new", required=False)
@click.option("--source", "kind", flag_value="source", help="The new plugin is a source.")
@click.option("--transport", "kind", flag_value="transport", help="The new plugin is a transport.")
@click.option("--function", "kind", flag_value="function", help="The new plugin is a function.")
@click.option("--observer", "kind", flag_value="observer", help="The new plugin is an observer.")
@common_options
@click.pass_obj
def command(common: Common, name: str | None, new: str | None, kind: str | None) -> None:
    """List the sources, transports, functions and observers that there are; with a NAME, its options.

    `mailgrid plugins new NAME --source` writes a plugin of your own into a new folder: a distribution with a test.

    Third-party plugins are loaded when mailgrid.toml names them, or --plugin; others are listed as not allowed.
    """
    if name == _NEW:
        _write(common, new, kind)
        return
    if new or kind:
        raise UsageError(
            "a new plugin is written by `mailgrid plugins new NAME --source`, --transport, --function or --observer"
        )
    project = find(Path.cwd(), common.env)
    registry = load((*project.plugins, *common.plugins))
    kinds: list[_Kind] = [
        *registry.sources.values(),
        *registry.transports.values(),
        *registry.functions.values(),
        *registry.observers.values(),
    ]
    rows = [_Row(kind, registry.owner(kind), _allowed(kind, {*project.trust, *common.trust})) for kind in kinds]
    if name:
        rows = [row for row in rows if row.kind.name == name]
        if not rows:
            raise click.UsageError(f"no plugin registers `{name}`; `mailgrid plugins` lists what there is")
    barred = others(registry.plugins)
    if common.json is not None:
        plugins = [_plugin(each, allowed=each not in barred) for each in (*registry.plugins, *barred)]
        print_json(
            common.screen, {"format": 1, "plugins": plugins, "kinds": [_as_json(row) for row in rows]}, common.json
        )
    elif name:
        for row in rows:
            common.screen.out(f"{_what(row.kind)} {row.kind.name}: {row.kind.help}")
            options = getattr(row.kind, "options", ())
            print_table(common.screen, ("option", "type", "default", "meaning"), map(_option, options))
    else:
        print_table(common.screen, _HEAD, [*map(_cells, rows), *map(_barred, barred)])


def _write(common: Common, name: str | None, kind: str | None) -> None:
    """Write a new plugin."""
    if not name or not kind:
        raise UsageError("say what it is and how it is called: mailgrid plugins new acme-people --source")
    if not _NAME.fullmatch(name):
        raise UsageError(f"`{name}` is no name for a plugin", hint="write small letters, digits and `-`: acme-people")
    folder = Path(name)
    if folder.exists():
        raise UsageError(f"{name} is there already", hint="give another name, or move it away")
    try:
        files = write_plugin(folder, kind)
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {reason_of(error)}") from error
    for file in files:
        common.screen.out(file.as_posix())
    common.screen.note(f"Next: cd {name} && pip install -e '.[test]' && pytest")


def _allowed(kind: _Kind, trusted: Collection[str]) -> str:
    """Return whether a campaign may use a kind: it, or one of its options, may ask for trust."""
    return f"with --trust {kind.name}" if getattr(kind, "trust", False) and kind.name not in trusted else "yes"


def _cells(row: _Row) -> tuple[object, ...]:
    options = " ".join(option.name for option in getattr(row.kind, "options", ()))
    owner = row.owner
    return _what(row.kind), row.kind.name, owner.distribution, owner.version, row.allowed, options, row.kind.help


def _barred(plugin: Plugin) -> tuple[object, ...]:
    hint = f'write plugins = ["{plugin.distribution}"] in mailgrid.toml'
    return "plugin", plugin.name, plugin.distribution, plugin.version, "no", None, hint


def _plugin(plugin: Plugin, *, allowed: bool) -> dict[str, object]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "allowed": allowed,
    }


def _what(kind: _Kind) -> str:
    return type(kind).__name__.removesuffix("Kind").lower()


def _option(option: Option) -> tuple[object, ...]:
    return option.name, _type(option), option.default, option.help


def _type(option: Option) -> str:
    words = "|".join(option.choices)
    return " ".join(filter(None, [words or option.type.value, option.unit]))


def _as_json(row: _Row) -> dict[str, object]:
    kind = row.kind
    options = [
        {
            "name": option.name,
            "type": option.type.value,
            "choices": list(option.choices),
            "default": None if option.default is None else str(option.default),
            "help": option.help,
        }
        for option in getattr(kind, "options", ())
    ]
    return {
        "kind": _what(kind),
        "name": kind.name,
        "help": kind.help,
        "distribution": row.owner.distribution,
        "version": row.owner.version,
        "allowed": row.allowed,
        "options": options,
    }
