"""Forgetting: erases a person from the ledgers of a project, and keeps them from ever being written to again."""

import os
import time
from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.library.loading import ledger_folder
from mailgrid.library.settings import Settings
from mailgrid.project import environments, find
from mailgrid.value import value

__all__ = ["Forgotten", "folders_of", "forget"]


@value
class Forgotten:
    """What was erased: so many `entries`, in so many `ledgers`."""

    entries: int
    ledgers: int


def folders_of(here: Path, settings: Settings) -> list[Ledgers]:
    """Return where the ledgers of a project are, one folder for each environment; or the one that is asked for.

    Args:
        here: a folder of the project.
        settings: what is set from outside.

    Raises:
        UsageError: `mailgrid.toml` is wrong.
    """
    environment = os.environ if settings.environment is None else settings.environment
    first = ledger_folder(find(here, settings.env), settings, environment)
    if settings.env or settings.ledger:
        return [first]
    others = (ledger_folder(find(here, name), settings, environment) for name in environments(here))
    return [first, *(folder for folder in others if folder.exists and folder.title != first.title)]


def forget(folders: Iterable[Ledgers], address: str, *, now: float | None = None) -> Forgotten:
    """Erase a person.

    Args:
        folders: where ledgers are.
        address: as it is compared.
        now: the time in seconds since 1970.

    Raises:
        Refused: MG606, a run holds a lock; nothing was changed.
        LedgerError: a ledger cannot be read or written; to do it again goes on.
    """
    erased: list[int] = []
    with ExitStack() as stack:
        folders = list(folders)
        for folder in folders:
            for campaign, rehearsal in folder.campaigns():
                stack.enter_context(folder.lock(campaign, rehearsal=rehearsal))
        for folder in folders:
            # First who is kept out, then what is known of them: a crash between lets nobody be written to.
            with closing(folder.suppression(write=True)) as suppression:
                suppression.forget(address, time.time() if now is None else now)
            known = folder.campaigns()
            erased += [folder.erase(campaign, address, rehearsal=rehearsal) for campaign, rehearsal in known]
    return Forgotten(sum(erased), sum(map(bool, erased)))
