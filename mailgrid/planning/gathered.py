"""Gathered: stands in place of a source where another host has read it."""

from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Column, Row, Test

__all__ = ["Gathered"]


class Gathered:
    """A source without rows: the people come another way, and only its columns are still of interest."""

    complete = True

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(Column(name=name) for name in columns)

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield nothing."""
        del wanted, tests
        return iter(())

    def close(self) -> None:
        """Give back nothing."""
