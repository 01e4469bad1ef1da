"""A campaign's `suppress` lists: sources of people who are never written to."""

import re
from collections.abc import Callable, Iterator, Sequence

from mailgrid.errors import AddressError
from mailgrid.hookspecs import Problem, Source
from mailgrid.language.ast import Expr
from mailgrid.language.campaign import Campaign, Driver, Reference, Suppression
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions import Match
from mailgrid.message.address import parse
from mailgrid.planning.condition import address_column, unknown_column
from mailgrid.value import value

__all__ = ["SuppressionList", "lists_of", "title_of"]

#: The user and password of a URL, which nobody needs to see.
_LOGIN = re.compile(r"(?<=://)[^/\s@]*@")


@value
class SuppressionList:
    """One list, opened. `column` holds the addresses, `match` says which rows count (None: all of them).

    `report` takes each row that holds no address: whoever is meant by it may be written to.
    """

    title: str
    source: Source
    column: str
    match: Match | None
    report: Callable[[Problem], None]

    def addresses(self) -> Iterator[str]:
        """Read the source to its end: the addresses as they are compared.

        Raises:
            SourceError: it cannot be read to its end.
        """
        needed = self.match.needed if self.match else ()
        wanted = tuple(dict.fromkeys((self.column, *needed)))
        test = self.match.bind(wanted) if self.match else _everybody
        for line, cells in self.source.rows(wanted, self.match.simple_tests if self.match else ()):
            text = str(cells[0] or "").strip()
            if text and test(cells) is not False:  # one of whom it is not known is rather not written to
                try:
                    yield parse(text).key
                except AddressError as error:
                    kind = f"no address in {self.title}"
                    self.report(Problem(kind=kind, line=line, text=error.message, dropped=True))


def lists_of(
    campaign: Campaign,
    open_source: Callable[[Driver], Source | None],
    match: Callable[[Expr | None, Source, str], Match | None],
    report: Callable[[Problem], None],
    diagnostics: Diagnostics,
) -> tuple[SuppressionList, ...]:
    """Open a campaign's lists; one that cannot be opened is a mistake.

    Args:
        campaign: the campaign.
        open_source: opens a source; None, and a diagnostic, where it cannot.
        match: compiles a condition over a source with a title.
        report: takes what is wrong with a row.
        diagnostics: takes what is wrong with the campaign.
    """
    found = []
    for written in campaign.suppressions:
        source = open_source(written.source)
        if source is not None:
            title = title_of(written.source)
            condition = match(written.source.where, source, title)
            column = _column_of(written, source, diagnostics)
            if column is not None:
                found.append(SuppressionList(title, source, column, condition, report))
    return tuple(found)


def title_of(driver: Driver) -> str:
    """Return how a source is called: by its location where that is written, without a login in it, else by its name."""
    location = driver.location
    if location is None or isinstance(location, Reference):
        return driver.name or driver.driver
    return _LOGIN.sub("", str(location.value))


def _column_of(written: Suppression, source: Source, diagnostics: Diagnostics) -> str | None:
    """Return the column of a list that holds the addresses; None, and a diagnostic, where that is not clear."""
    names = tuple(column.name for column in source.columns)
    title, place = title_of(written.source), written.source.span
    if written.column is None:
        known = address_column(names) or (names[0] if len(names) == 1 else None)
        if known is None:
            hint = f"name it behind the source: `column NAME`; there are: {', '.join(names[:20])}"
            diagnostics.add("MG504", place, hint=hint, source=title)
        return known
    if written.column.value in names or not source.complete:
        return written.column.value
    unknown_column(written.column, names, title, diagnostics)
    return None


def _everybody(_cells: Sequence[object]) -> bool:
    return True
