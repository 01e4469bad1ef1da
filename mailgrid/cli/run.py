"""Run: the only place where an error becomes words on the terminal and an exit code.

0    done, or nothing to do
1    finished, but some messages failed for good, are in doubt or are left; or `fmt --check` found a difference
2    the file or the command line is wrong; nothing was sent
3    only with `plan --exit-code`: there is something to send
4    refused: not confirmed, over a limit, another run holds the lock; nothing was sent
5    stopped early: transport down, login refused, too many failures; run `apply` again to go on
130  Ctrl-C or SIGTERM; what was in flight finished; run `apply` again to go on
"""

import os
import signal
import sys
from collections.abc import Sequence
from io import StringIO
from types import FrameType

import click

from mailgrid.cli.common import Common
from mailgrid.cli.main import main
from mailgrid.cli.screen import clean
from mailgrid.errors import MailgridError
from mailgrid.report import INTERRUPTED

__all__ = ["run"]


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: what was typed after `mailgrid`.
    """
    common = Common()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = main.main(_explicit_json(arguments), prog_name="mailgrid", obj=common, standalone_mode=False)
        _flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return 0
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        click.echo(clean(shown.getvalue()), err=True, nl=False)
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        common.screen.note("interrupted; nothing was sent")
        return INTERRUPTED
    except MailgridError as error:
        return _told(error, common)
    return code if isinstance(code, int) else 0


def _flush() -> None:
    """Write out what is left. Where its reader goes away before, click ends the command with 1 and says nothing."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # All is done; Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: MailgridError, common: Common) -> int:
    from mailgrid.cli.trace import tell

    tell(error, common)
    return error.exit_code


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM means what Ctrl-C means; while messages are sent, `apply` handles both itself."""
    raise KeyboardInterrupt


def _explicit_json(arguments: Sequence[str]) -> list[str]:
    """Write a bare `--json` as `--json=`, so that it never takes the word after it for its value."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    return ["--json=" if word == "--json" and at < end else word for at, word in enumerate(arguments)]
