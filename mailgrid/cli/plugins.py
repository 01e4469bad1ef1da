"""`mailgrid plugins`: the sources, transports and functions that there are, with their options."""

from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.table import print_table
from mailgrid.hookspecs import FunctionKind, Option, SourceKind, TransportKind
from mailgrid.plugins import load
from mailgrid.project import find

__all__ = ["command"]


@click.command("plugins")
@click.argument("name", required=False)
@common_options
@click.pass_obj
def command(common: Common, name: str | None) -> None:
    """List the sources, transports and functions that there are; with a NAME, its options.

    Third-party plugins are listed when mailgrid.toml names them, or --plugin.
    """
    registry = load((*find(Path.cwd()).plugins, *common.plugins))
    kinds: list[SourceKind | TransportKind | FunctionKind] = [
        *registry.sources.values(),
        *registry.transports.values(),
        *registry.functions.values(),
    ]
    if name:
        kinds = [kind for kind in kinds if kind.name == name]
        if not kinds:
            raise click.UsageError(f"no plugin registers `{name}`; `mailgrid plugins` lists what there is")
    if common.json is not None:
        plugins = [
            {"name": each.name, "distribution": each.distribution, "version": each.version} for each in registry.plugins
        ]
        print_json(
            common.screen, {"format": 1, "plugins": plugins, "kinds": [_as_json(kind) for kind in kinds]}, common.json
        )
    elif name:
        for kind in kinds:
            common.screen.out(f"{_what(kind)} {kind.name}: {kind.help}")
            print_table(
                common.screen, ("option", "type", "default", "meaning"), map(_row, getattr(kind, "options", ()))
            )
    else:
        print_table(common.screen, ("kind", "name", "meaning"), ((_what(kind), kind.name, kind.help) for kind in kinds))


def _what(kind: SourceKind | TransportKind | FunctionKind) -> str:
    return type(kind).__name__.removesuffix("Kind").lower()


def _row(option: Option) -> tuple[object, ...]:
    return option.name, _type(option), option.default, option.help


def _type(option: Option) -> str:
    words = "|".join(option.choices)
    return " ".join(filter(None, [words or option.type.value, option.unit]))


def _as_json(kind: SourceKind | TransportKind | FunctionKind) -> dict[str, object]:
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
    return {"kind": _what(kind), "name": kind.name, "help": kind.help, "options": options}
