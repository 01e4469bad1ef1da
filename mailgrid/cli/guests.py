"""Guests: the commands that plugins add."""

from pathlib import Path

import click

from mailgrid.cli.common import Common
from mailgrid.plugins import load
from mailgrid.project import find

__all__ = ["guests"]

_META = "mailgrid.cli.guests"


def guests(context: click.Context) -> dict[str, click.Command]:
    """Return the commands of the plugins that the project of this folder, or `--plugin`, names.

    Raises:
        UsageError: `mailgrid.toml` or a plugin is wrong.
    """
    if _META not in context.meta:
        group = click.Group()
        names = (*find(Path()).plugins, *context.ensure_object(Common).plugins)
        load(names).add_commands(group)
        context.meta[_META] = group.commands
    found: dict[str, click.Command] = context.meta[_META]
    return found
