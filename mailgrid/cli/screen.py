"""Screen: results on stdout, messages on stderr; colour for people, plain lines for machines."""

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from mailgrid.errors import CampaignError, MailgridError, SourceError
from mailgrid.language.diagnostics import Diagnostic

__all__ = ["Screen", "clean"]

#: What a terminal would obey instead of showing: C0 and C1 controls, and marks that turn the direction of text.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: object) -> str:
    """Return a text from outside with everything taken out that a terminal would obey."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", str(text))


class Screen:
    """Prints.

    Args:
        color: `auto`, `always` or `never`; `auto` is by the terminal and NO_COLOR.
        quiet: results and errors only.
    """

    def __init__(self, color: str = "auto", *, quiet: bool = False) -> None:
        self._color = color
        self._quiet = quiet

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def tables(self) -> bool:
        """Whether stdout is read by people: aligned columns then, tab-separated ones otherwise."""
        return sys.stdout.isatty()

    @property
    def live(self) -> bool:
        """Whether progress may be drawn over itself."""
        return sys.stderr.isatty() and not self._quiet

    def out(self, text: str = "", **style: object) -> None:
        """Print a result."""
        click.echo(self._styled(text, sys.stdout, style), color=self._colored(sys.stdout))

    def note(self, text: str, **style: object) -> None:
        """Print a message, unless quiet."""
        if not self._quiet:
            click.echo(self._styled(text, sys.stderr, style), sys.stderr, color=self._colored(sys.stderr))

    def error(self, error: MailgridError) -> None:
        """Print what went wrong and what to do about it; a campaign's mistakes one by one."""
        if isinstance(error, CampaignError) and error.diagnostics:
            self._mistakes(error)
            return
        code = f"[{error.code}]" if error.code else ""
        message = error.placed if isinstance(error, SourceError) else error.message
        self._err(self._styled(f"error{code}", sys.stderr, {"fg": "red", "bold": True}) + f": {clean(message)}")
        if error.hint:
            self._err(f"  = help: {clean(error.hint)}")

    def _mistakes(self, error: CampaignError) -> None:
        from mailgrid.cli.diagnostics import summary

        found = [each for each in error.diagnostics if isinstance(each, Diagnostic)]
        self.frames(found)
        self._err(summary(found))

    def frames(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Print diagnostics with the lines that they are about."""
        from mailgrid.language.frame import frame

        for diagnostic in diagnostics:
            head, newline, rest = frame(diagnostic).partition("\n")
            tint = "red" if diagnostic.severity == "error" else "yellow"
            self._err(self._styled(head, sys.stderr, {"fg": tint, "bold": True}) + newline + rest + "\n")

    def _err(self, text: str) -> None:
        click.echo(text, sys.stderr, color=self._colored(sys.stderr))

    def _styled(self, text: str, stream: TextIO, style: dict[str, object]) -> str:
        return click.style(text, **style) if style and self._colored(stream) else text  # type: ignore[arg-type]  # whatever click's style takes

    def _colored(self, stream: TextIO) -> bool:
        if self._color == "auto":
            return stream.isatty() and not os.environ.get("NO_COLOR")
        return self._color == "always"
