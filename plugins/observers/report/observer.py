"""What the observer `report` does: it counts while a campaign runs, and writes a page and a table when it has ended."""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO

from mailgrid.errors import MailgridError, reason_of
from mailgrid.hookspecs import CampaignInfo, Counts, Fate, Outcome

from .figures import Figures
from .page import Run, page
from .rows import written

__all__ = ["Report"]

#: What no file's name should hold; an edition may be any text.
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 100


class Report:
    """Writes `NAME.html` and `NAME.csv` into a folder, in place of those of an earlier run.

    NAME is the campaign's, with its edition, and with `rehearsal` where nobody was reached.

    Args:
        folder: where to.
        zone: the campaign's, in which times are shown.
        clock: the time, in seconds since 1970.
    """

    def __init__(self, folder: Path, zone: tzinfo, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._zone = zone
        self._clock = clock
        self._figures = Figures()
        self._began = 0.0
        self._campaign: CampaignInfo | None = None
        self._counted = False

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """Begin to count."""
        self._campaign = campaign
        self._figures = Figures()
        self._counted = False
        self._began = self._clock()

    def outcome_recorded(self, outcome: Outcome) -> None:
        """Count what became of a message."""
        self._figures.pace.add(self._clock() - self._began, outcome.status.value)

    def rows_settled(self, fates: Iterable[Fate]) -> None:
        """Write the table, and count its rows.

        Raises:
            MailgridError: it cannot be written.
        """
        with self._replacing("csv") as file:
            for fate in written(fates, file):
                self._figures.add(fate)
        self._counted = True

    def campaign_finished(self, counts: Counts) -> None:
        """Write the page, unless the rows could not be counted: that was told then.

        Raises:
            MailgridError: it cannot be written.
        """
        assert self._campaign is not None
        if not self._counted:
            return
        run = Run(self._campaign, counts, self._at(self._began), self._at(self._clock()), f"{self._name}.csv")
        with self._replacing("html") as file:
            file.write(page(run, self._figures))

    @property
    def _name(self) -> str:
        assert self._campaign is not None
        campaign = self._campaign
        parts = (campaign.name, campaign.edition, "rehearsal" if campaign.rehearsal else "")
        return "-".join(_UNSAFE.sub("_", part)[:_LONGEST_NAME] for part in parts if part)

    def _at(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment, self._zone)

    @contextmanager
    def _replacing(self, kind: str) -> Iterator[TextIO]:
        """Write a file that takes its name when it is whole; nobody but its owner can read it."""
        target = self._folder / f"{self._name}.{kind}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".report-", suffix=f".{kind}")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                    yield file
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise MailgridError(f"{target.name} cannot be written: {reason_of(error)}") from None
