"""Gathered: stands in place of a source that another host has read."""

from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Column, Row, Test
from mailgrid.value import value

__all__ = ["Gathered"]


@value
class Gathered:
    """A source without rows: the people come another way, and only how their cells are read is still of interest."""

    columns: tuple[Column, ...]
    complete: bool = True
    dates: str = ""
    decimal: str = "."

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield nothing."""
        del wanted, tests
        return iter(())

    def close(self) -> None:
        """Give back nothing."""
