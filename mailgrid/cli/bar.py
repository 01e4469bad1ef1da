"""Bar: how far a run is, drawn over itself in two lines: the bar, and below it counts and remarks."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

__all__ = ["Bar"]


class Bar(Progress):
    """Draws.

    Args:
        name: what stands before the bar.
        total: of how many.
    """

    def __init__(self, name: str, total: int) -> None:
        self._below = Text()
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
            TaskProgressColumn(),
            TextColumn("{task.fields[pace]}", markup=False),
            console=Console(stderr=True, markup=False),
            refresh_per_second=5,
        )
        self._indent = " " * (len(name) + 1)
        self._bar = self.add_task(name, total=total, pace="")

    def show(self, done: int, pace: str, parts: Iterable[str]) -> None:
        """Show how many are done, how fast that goes, and what stands below."""
        self._below = Text(self._indent + "   ".join(parts), overflow="fold")
        self.update(self._bar, completed=done, pace=pace)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Yield what is drawn."""
        yield from super().get_renderables()
        if self._below.plain.strip():
            yield self._below
