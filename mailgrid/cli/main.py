"""The command group. Each command is a file of its own that is imported when it is called."""

from contextlib import suppress
from importlib import import_module

import click

from mailgrid import __version__
from mailgrid.cli.common import common_options
from mailgrid.errors import MailgridError

__all__ = ["main"]

#: The commands in the order of a day's work, each with its line of help, so that `--help` imports none of them.
_COMMANDS = {
    "init": "Write a first campaign: a commented file, a template and three sample rows.",
    "fmt": "Lay out campaign files in the one way that there is.",
    "check": "Find mistakes in campaign files.",
    "explain": "Tell what the code of an error or a warning means.",
    "columns": "Show a source's columns: how full they are, and what stands in them.",
    "rows": "Show who matches.",
    "preview": "Show one rendered message, or all of them in a browser.",
    "lint": "Say what is wrong with a message, anybody's, byte by byte.",
    "test": "Send a few real messages to addresses of your own; nothing is recorded.",
    "sandbox": "Be a mail server for trials, with an inbox in the browser; nobody gets anything.",
    "doctor": "Find out whether the messages would arrive: DNS, the relay, what is in them.",
    "plan": "Show what `apply` would do; nothing is sent.",
    "apply": "Send, or go on after an interruption.",
    "rate": "Let a run that is under way go on at another rate.",
    "pause": "Hold a run that is under way.",
    "resume": "Let a run go on that is paused.",
    "stop": "End a run that is under way, in order.",
    "worker": "Send what others apply with `--engine cluster`: a host of a cluster.",
    "show": "Print a saved plan, and whether it can be applied.",
    "status": "Count who got what, by campaign.",
    "log": "List who got what, with the servers' words.",
    "adopt": "Record people who have a message from another program already.",
    "resolve": "Settle messages of which it is not known whether they arrived.",
    "why": "Tell for one address what happened in every campaign, and why.",
    "ledger": "Move the ledgers to another place, or bring them up to date.",
    "suppress": "Keep the do-not-mail list: add, remove, import, export, list.",
    "forget": "Erase a person from all ledgers, and never write to them again.",
    "bounces": "Put people on the do-not-mail list whom the relay's log says cannot be reached.",
    "plugins": "List the sources, transports and functions that there are.",
    "grammar": "Print the grammar of campaign files.",
    "lsp": "Serve an editor: mistakes while you type, completion, help.",
}


class _Commands(click.Group):
    """Finds commands by name and loads only the one that is meant; plugins are asked for a name that is not ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS, *_of_plugins(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _COMMANDS:
            module = import_module(f"mailgrid.cli.{cmd_name}")
            command: click.Command = module.command
            return command
        return _of_plugins(ctx).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from mailgrid.language.suggest import nearest

            near = nearest(args[0], self.list_commands(ctx))
            hint = f"did you mean `{near}`?" if near else "`mailgrid --help` lists the commands"
            raise click.UsageError(f"there is no command `{args[0]}`; {hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))
        added: dict[str, click.Command] = {}
        with suppress(MailgridError):  # help is needed most where `mailgrid.toml` or a plugin is wrong
            added = _of_plugins(ctx)
        if added:
            with formatter.section("Commands of plugins"):
                formatter.write_dl([(name, command.get_short_help_str()) for name, command in added.items()])


def _of_plugins(context: click.Context) -> dict[str, click.Command]:
    from mailgrid.cli.guests import guests

    return guests(context)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mailgrid", message="%(prog)s %(version)s")
@common_options
def main() -> None:
    """Mail campaigns as files: `plan` shows what would happen, `apply` sends each message once.

    Begin with `mailgrid init welcome`, look with `mailgrid plan welcome.mailgrid`, then `mailgrid apply` it.
    """
