"""A campaign's condition, bound to its source's header, to `let` values, to other sources and to files of lines."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Source
from mailgrid.language.ast import And, Expr
from mailgrid.language.campaign import Campaign, Quoted
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.expressions import Match
from mailgrid.language.expressions.show import show_name
from mailgrid.language.suggest import nearest

__all__ = ["address_column", "joined", "keys_of", "read_lines", "unknown_column", "wanted_columns"]

#: Columns that hold the address where the campaign does not say `to`, in the order in which they are looked for.
_ADDRESS_COLUMNS = ("email", "Email", "e-mail", "mail")


def joined(campaign: Campaign) -> Expr | None:
    """Return the source's own condition and the campaign's as one."""
    source, own = campaign.source.where, campaign.where
    if source is None or own is None:
        return source or own
    return And(own.span, (source, own))


def address_column(columns: tuple[str, ...]) -> str | None:
    """Return the column that holds the address by its name."""
    return next((name for name in _ADDRESS_COLUMNS if name in columns), None)


def wanted_columns(columns: Sequence[str], kept: Iterable[str], matches: Iterable[Match | None]) -> tuple[str, ...]:
    """Return the columns to read, in the source's order; one that no record had so far may come yet, so it is last."""
    needed = (name for match in matches if match for name in match.needed)
    names = dict.fromkeys((*kept, *needed))
    return (*(name for name in columns if name in names), *(name for name in names if name not in columns))


def unknown_column(column: Quoted, names: Sequence[str], source: str, diagnostics: Diagnostics) -> None:
    """Report a column that a source does not have."""
    near = nearest(column.value, names)
    diagnostics.add(
        "MG301",
        column.span,
        edit=Edit(column.span, show_name(near)) if near else None,
        source=source,
        found=column.value,
        suggestion=f"did you mean `{near}`?" if near else f"columns: {', '.join(names[:20])}",
    )


def keys_of(open_named: Callable[[str], Source | None]) -> Callable[[str], frozenset[str] | None]:
    """Return what gives the keys of a named source: its address column's cells in lower case, else its first column's.

    Args:
        open_named: opens a source by the name that it was declared with; None when there is no such source.
    """

    def read(name: str) -> frozenset[str] | None:
        source = open_named(name)
        if source is None:
            return None
        try:
            columns = tuple(column.name for column in source.columns)
            address = address_column(columns)
            keys = (str(cells[0] or "").strip() for _, cells in source.rows([address or columns[0]]))
            return frozenset(key.lower() if address else key for key in keys if key)
        finally:
            source.close()

    return read


def read_lines(resolve: Callable[[Path, str], Path], folder: Path) -> Callable[[str], frozenset[str]]:
    """Return what reads the lines of a file, for `lines("file")`: without blanks around them, without empty ones.

    Args:
        resolve: turns a path that is written in a folder's campaign file into one on disk.
        folder: that folder.
    """

    def read(path: str) -> frozenset[str]:
        try:
            with resolve(folder, path).open(encoding="utf-8-sig") as file:
                return frozenset(line for line in map(str.strip, file) if line)
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"`{path}` cannot be read: {error}", file=path) from error

    return read
