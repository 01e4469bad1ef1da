"""`mailgrid lsp`: the language server, which editors start."""

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.errors import UsageError

__all__ = ["command"]


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak on standard input and output: the only way, and always taken.")
@common_options
@click.pass_obj
def command(common: Common, stdio: bool) -> int:  # noqa: ARG001  # editors say it, and there is no other way
    """Serve an editor: mistakes while you type, completion, help, definitions, renaming, formatting.

    It is for editors to start, speaks the Language Server Protocol, and sends nothing anywhere else.
    """
    try:
        from mailgrid.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pygls", "lsprotocol"}:
            raise
        hint = 'install it: pip install "mailgrid[lsp]"'
        raise UsageError("the language server needs pygls, which is not installed", hint=hint) from error
    return serve(common.settings())
