"""The observer `log`: a file of JSON lines that says what becomes of each message, and when."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import CampaignInfo, Context, Counts, Location, ObserverKind, Outcome, hookimpl

from .lines import ADDRESSES, Lines

__all__ = ["Log", "register_observers"]


class Log:
    """Appends one line for each outcome, one when a campaign begins and one when it ends.

    Args:
        path: the file.
        lines: makes what is written.
    """

    def __init__(self, path: Path, lines: Lines) -> None:
        self._path = path
        self._lines = lines

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """Write what begins."""
        self._write(self._lines.started(campaign))

    def outcome_recorded(self, outcome: Outcome) -> None:
        """Write what became of a message."""
        self._write(self._lines.outcome(outcome))

    def campaign_finished(self, counts: Counts) -> None:
        """Write how it ended."""
        self._write(self._lines.finished(counts))

    def _write(self, line: Mapping[str, Any]) -> None:
        import json

        # Octets of a reply that were no UTF-8 become escapes of JSON.
        with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _open(location: str | None, options: Mapping[str, Any], context: Context) -> Log:
    return Log(context.resolve(str(location)), Lines(addresses=options["addresses"]))


@hookimpl
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Register `log`."""
    register(
        ObserverKind(
            name="log",
            open=_open,
            help="a file of JSON lines: what becomes of each message",
            options=(ADDRESSES,),
            location=Location.FILE,
            location_required=True,
        )
    )
