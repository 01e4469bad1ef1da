"""`mailgrid ledger`: move the ledgers of a project to another place, or bring them up to date."""

import os
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.errors import UsageError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.moving import move
from mailgrid.ledger.opening import open_ledgers
from mailgrid.library.loading import ledger_folder
from mailgrid.project import find

__all__ = ["command"]


@click.group("ledger")
@common_options
def command() -> None:
    """Move the ledgers of the project to another place, or bring them up to date."""


@command.command("move")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@common_options
@click.pass_obj
def _move(common: Common, source: str, target: str) -> None:
    """Move all ledgers FROM one place TO another: a folder, or postgresql://user@host/database.

    Everything is counted and compared before the old place is renamed, so that nobody writes to it any more. It is
    refused while a run is under way, and where there are ledgers already.
    """
    root = find(Path.cwd(), common.env).root
    old, new = open_ledgers(source, root), open_ledgers(target, root)
    if isinstance(old, Folder) and isinstance(new, Folder):
        raise UsageError("both are folders", hint="rename the folder while no run is under way: it is whole in itself")
    screen = common.screen
    moved = move(old, new)
    if common.json is not None:
        print_json(screen, {"rows": moved.rows, "kept": moved.kept}, common.json)
        return
    screen.out(f"moved to {new.title}")
    for table, rows in moved.rows.items():
        if rows:
            screen.out(f"{rows:>10,}  {table}")
    screen.note(f"the old ones are kept in {moved.kept}; say where the new ones are with `ledger` in mailgrid.toml")
    if isinstance(old, Folder) and (Path(moved.kept) / "token.key").exists():
        screen.note(
            f"tokens were made with {moved.kept}/token.key: make a secret of it, the `token_key` of mailgrid.toml"
        )


@command.command("upgrade")
@common_options
@click.pass_obj
def _upgrade(common: Common) -> None:
    """Bring the ledgers up to date after an upgrade of Mailgrid; in PostgreSQL the tables are made, too.

    Only the owner of a database's tables can do that: see docs/ledger.md.
    """
    ledgers = ledger_folder(find(Path.cwd(), common.env), common.settings(), os.environ)
    ledgers.upgrade()
    common.screen.out(f"{ledgers.title} is up to date")
