"""The ledgers that a command reads: those of a file's campaigns, of one campaign, or of the whole project."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from mailgrid.cli.common import Common
from mailgrid.errors import UsageError
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.store import Identity, Store
from mailgrid.library.loading import ledger_folder, load
from mailgrid.project import find
from mailgrid.value import value

__all__ = ["Mailing", "chosen", "mailings"]


@value
class Mailing:
    """A campaign's edition as its ledger knows it; `rehearsal` where it reached nobody."""

    identity: Identity
    rehearsal: bool
    store: Store

    @property
    def title(self) -> str:
        """Its name for people."""
        words = (self.identity.campaign, self.identity.edition, "(rehearsal)" if self.rehearsal else "")
        return " ".join(filter(None, words))


def mailings(common: Common, what: str | None, *, rehearsal: bool | None = None) -> Iterator[Mailing]:
    """Open each ledger that is meant, for reading.

    Args:
        common: the common options.
        what: a campaign file, the name of a campaign, or None for the whole project.
        rehearsal: only rehearsals, or only real runs; None for both.
    """
    folder, known = chosen(common, what)
    for name, is_rehearsal in known:
        if rehearsal in {None, is_rehearsal}:
            for identity in folder.identities(name, rehearsal=is_rehearsal):
                with closing(folder.store(identity, rehearsal=is_rehearsal, write=False)) as store:
                    yield Mailing(identity, is_rehearsal, store)


def chosen(common: Common, what: str | None) -> tuple[Ledgers, list[tuple[str, bool]]]:
    """Return where ledgers are, and those campaigns that are meant, each with whether it is that of rehearsals."""
    file = Path(what) if what and Path(what).suffix == ".mailgrid" else None
    project = find(file.parent if file else Path.cwd(), common.env)
    folder = ledger_folder(project, common.settings(), os.environ)
    known = folder.campaigns()
    if file is not None:
        campaigns = load(file, common.settings()).compiled.campaigns
        names = {name for each in campaigns for name in (each.name, *(former.value for former in each.formerly))}
    else:
        names = {name for name, _ in known if what is None or name == what}
        if what is not None and not names:
            raise UsageError(f"the ledger knows no campaign `{what}`", hint="mailgrid status lists those that it knows")
    return folder, [each for each in known if each[0] in names]
