"""The names in the first row of a table, checked alike for every source that has such a row."""

from collections.abc import Callable, Sequence

from mailgrid.errors import SourceError

__all__ = ["check_names"]


def check_names(names: Sequence[str], error: Callable[..., SourceError], line: int) -> None:
    """Refuse a row that cannot be a header: one with an address in it, or with a cell that is empty.

    Args:
        names: the cells, without blanks around them.
        error: makes the error, of a message, a `hint` and a `line`.
        line: where the row stands.

    Raises:
        SourceError: it is no header.
    """
    if any("@" in name for name in names):
        hint = "put a line with the names of the columns first, like `email,name`"
        raise error("has no header: the first line holds an address", hint=hint, line=line)
    if "" in names:
        hint = "name it, or remove the delimiter"
        raise error(f"column {names.index('') + 1} has no name", hint=hint, line=line)
