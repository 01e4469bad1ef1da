"""The source `exec`: the rows that a program prints, as CSV, TSV or JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context, Source, SourceKind, hookimpl

from .csv import DATES, ENCODING
from .formats import FORMAT, RECORDS, read_as
from .text_file import TextFile, check_encoding

__all__ = ["open_exec", "register_sources"]


def open_exec(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Start the program, without a shell, in the campaign's folder, and read what it prints first.

    Raises:
        SourceError: it cannot be run, fails, or prints nothing of the kind.
    """
    import shlex

    from .program import Program

    command = location or ""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SourceError(f"`{command}` cannot be read: {error}", hint="close every quote that you open") from None
    if not words:
        raise SourceError('`exec` wants a program, like `exec "python rows.py"`')
    check_encoding(options["encoding"], words[0])
    file = TextFile(Program(words, context.folder), options["encoding"], words[0])
    return read_as(file, options["format"], options, context.report)


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `exec`."""
    register(
        SourceKind(
            name="exec",
            open=open_exec,
            help="rows that a program prints, run without a shell; it has to be trusted: --trust exec",
            trust=True,
            options=(FORMAT, RECORDS, ENCODING, DATES),
        ),
    )
