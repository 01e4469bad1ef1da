"""Diagnostic: something to say about a campaign file, with its place. Facts here; the words are in `catalogue`."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from mailgrid.language.catalogue import CATALOGUE
from mailgrid.language.secrecy import conceal
from mailgrid.language.text import Span
from mailgrid.value import value

__all__ = ["Diagnostic", "Diagnostics", "Edit", "Note"]


@value
class Edit:
    """A change that a machine can make: replace the span's text with `text`."""

    span: Span
    text: str


@value
class Note:
    """A further fact, with the place it is about where there is one."""

    text: str
    span: Span | None = None


@value
class Diagnostic:
    """A mistake (`MG…`) or a warning (`W…`).

    Args:
        code: its entry in the catalogue; never changed, never used again.
        span: the author's text that it is about; None when it is about no text (an option, the environment).
        facts: what the entry's message and help are filled with.
        help: the help line, where the catalogue's own does not fit.
        notes: further facts.
        edit: the change that puts it right, where a machine can make it.
    """

    code: str
    span: Span | None
    facts: Mapping[str, object] = field(default_factory=dict)
    help: str = ""
    notes: tuple[Note, ...] = ()
    edit: Edit | None = None

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return "warning" if self.code.startswith("W") else "error"

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        return conceal(CATALOGUE[self.code].message.format_map(self.facts), self.span)

    @property
    def help_line(self) -> str:
        """What to write instead, in one line; empty when there is nothing to say."""
        return conceal(self.help or CATALOGUE[self.code].help.format_map(self.facts), self.span)


class Diagnostics:
    """Collects what there is to say, each thing once, so that a user sees all mistakes at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | None, str], Diagnostic] = {}

    def add(
        self,
        code: str,
        span: Span | None,
        *,
        hint: str = "",
        notes: tuple[Note, ...] = (),
        edit: Edit | None = None,
        **facts: object,
    ) -> None:
        """Note one. `facts` fill the catalogue's message and help; `hint` replaces that help."""
        self.keep(Diagnostic(code, span, facts, hint, notes, edit))

    def extend(self, others: "Diagnostics") -> None:
        """Take over those of another stage."""
        for diagnostic in others:
            self.keep(diagnostic)

    def keep(self, diagnostic: Diagnostic) -> None:
        """Leave out what was already said about the same place, and changes of what is no campaign file."""
        if diagnostic.edit and diagnostic.edit.span.text.foreign:
            diagnostic = replace(diagnostic, edit=None)
        self._found.setdefault((diagnostic.code, diagnostic.span, diagnostic.message), diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Go through them in the order of the text; what is about no text comes first."""
        return iter(sorted(self._found.values(), key=_place))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> int:
        """How many are errors."""
        return sum(1 for diagnostic in self._found.values() if diagnostic.severity == "error")


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    return (diagnostic.span.text.name, diagnostic.span.start) if diagnostic.span else ("", 0)
