"""Trace: where an error was raised, and what it came from, for `--debug`."""

import sys
import traceback
from collections.abc import Iterator

import click

from mailgrid.cli.common import Common
from mailgrid.cli.screen import clean
from mailgrid.errors import MailgridError

__all__ = ["tell", "trace"]


def tell(error: MailgridError, common: Common) -> None:
    """Print what went wrong, and with `--debug` where."""
    common.screen.error(error)
    for line in trace(error) if common.debug else ():
        click.echo(clean(line), sys.stderr)


def trace(error: BaseException) -> Iterator[str]:
    """Yield the lines of an error's traceback, those of what it came from first.

    Of exceptions that are not ours only the kind is named: their texts may hold a secret, or somebody's address.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from trace(before)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    said = f": {error.message}" if isinstance(error, MailgridError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{said}"
