"""Countdown to the time at which a campaign begins: drawn over itself on a terminal, one line elsewhere."""

from typing import Any

from mailgrid.cli.report_view import clock
from mailgrid.cli.screen import Screen
from mailgrid.planning.start import Start

__all__ = ["Countdown"]


class Countdown:
    """Shows how long it takes until a campaign begins.

    Args:
        screen: where.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown: Any = None

    def __call__(self, campaign: str, start: Start, seconds: float) -> None:
        """Show that it begins in so many seconds; with 0 the waiting is over."""
        text = f"{campaign} begins at {start}, in {clock(seconds)}"
        if not seconds:
            self._close()
        elif self._screen.live:
            self._draw(text)
        elif self._shown is None:
            self._shown = ""
            self._screen.note(text)

    def _draw(self, text: str) -> None:
        from rich.console import Console
        from rich.text import Text

        if self._shown is None:
            self._shown = Console(stderr=True).status("")
            self._shown.start()
        self._shown.update(Text(text))

    def _close(self) -> None:
        if self._shown:
            self._shown.stop()
        self._shown = None
