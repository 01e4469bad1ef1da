"""Folder: where ledgers are, `.mailgrid/`: one a campaign, one for its rehearsals, one that they share."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from mailgrid.errors import UsageError
from mailgrid.ledger import schema
from mailgrid.ledger.control import Wish, change_wish, read_wish
from mailgrid.ledger.durable import make_folder, replace_file
from mailgrid.ledger.faults import told
from mailgrid.ledger.forgetful import ForgetfulStore
from mailgrid.ledger.forgetting import Remembering, erase
from mailgrid.ledger.identity import stored
from mailgrid.ledger.project import ProjectLedger
from mailgrid.ledger.pseudonym import Pseudonyms
from mailgrid.ledger.runlock import RunLock, UnderWay, under_way
from mailgrid.ledger.seats import Seats
from mailgrid.ledger.secret_key import secret_key
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.store import Identity, Known, Store
from mailgrid.ledger.suppression import Suppression

__all__ = ["Folder"]

_REHEARSAL = ".rehearsal"
_PROJECT = "project.db"
_KEY = "forgotten.key"
_TOKENS = "token.key"
#: Names that a file cannot have on Windows, and those of our own other files.
_TAKEN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|project)\Z")
_UNSAFE = re.compile(r"[^a-z0-9_-]")


class Folder:
    """Where ledgers are. Nothing is made before something is to be written.

    Args:
        path: the folder.
        root: the project's root, which campaign files' paths start from; by default the folder above.
        keeps: whether what is sent is written down.

    Attributes:
        path: the folder.
        keeps: whether what is sent is written down.
        pseudonyms: what stands in its ledgers for those who were forgotten.
    """

    def __init__(self, path: Path, root: Path | None = None, *, keeps: bool = True) -> None:
        self.path = path
        self.keeps = keeps
        self._root = path.parent if root is None else root
        self.pseudonyms = Pseudonyms(path / _KEY)

    @property
    def title(self) -> str:
        """Where that is, for people."""
        return str(self.path)

    @property
    def shared(self) -> Path:
        """The file of what the campaigns share."""
        return self.path / _PROJECT

    @property
    def exists(self) -> bool:
        """Whether the folder was made."""
        return self.path.exists()

    def upgrade(self) -> None:
        """Bring every file up to date.

        Raises:
            LedgerError: one cannot be read or written.
        """
        for campaign, rehearsal in self.campaigns():
            file = self.file(campaign, rehearsal=rehearsal)
            with told(file):
                schema.open_writer(file).close()
        if self.shared.exists():
            self.project().close()

    def clock(self) -> None:
        """Return nothing: all who share a folder are on one machine, whose own clock will do."""

    def store(self, identity: Identity, *, rehearsal: bool, write: bool) -> Store:
        """Open the ledger of a mailing. To read one that is not there yet gives an empty one and makes nothing.

        Raises:
            LedgerError: it cannot be opened.
            MailgridError: it is about another campaign file (MG608) or other keys (MG607).
            UsageError: nothing is to be written down, and there is a ledger.
        """
        file = self.file(identity.campaign, rehearsal=rehearsal)
        if write and not self.keeps:
            return _forgetful(file, identity, self._root)
        if write:
            self.make()
        return SqliteStore(file, identity, root=self._root, write=write)

    def project(self) -> ProjectLedger:
        """Open the ledger of what the campaigns share, for writing.

        Raises:
            LedgerError: it cannot be opened.
        """
        self.make()
        return ProjectLedger(self.shared)

    def under_way(self, campaign: str, *, rehearsal: bool) -> UnderWay | None:
        """Return the `apply` of this campaign that is under way, gathering, waiting or sending; None: none is.

        Raises:
            LedgerError: that cannot be found out.
        """
        file = self.file(campaign, rehearsal=rehearsal).with_suffix(".lock")
        with told(file):
            return under_way(file)

    def wish(self, campaign: str, run: float, *, rehearsal: bool) -> Wish:
        """Return what is wanted of a run that is under way, known by since when it is.

        Raises:
            LedgerError: it cannot be read.
        """
        return read_wish(self.shared, campaign, run, rehearsal=rehearsal)

    def steer(self, campaign: str, run: float, change: Callable[[Wish], Wish], *, rehearsal: bool) -> None:
        """Change what is wanted of a run that is under way, known by since when it is.

        Raises:
            LedgerError: it cannot be written.
        """
        change_wish(self.shared, campaign, run, change, rehearsal=rehearsal)

    def suppression(self, *, write: bool) -> Suppression:
        """Open the do-not-mail list. To read one that is not there yet gives an empty one and makes nothing.

        Raises:
            LedgerError: it cannot be opened.
        """
        if write:
            self.make()
        return Suppression(self.shared, self.pseudonyms, write=write)

    def remembering(self, known: Known) -> Known:
        """Return a ledger that knows those who were forgotten, too, where there are any."""
        return Remembering(known, self.pseudonyms.key) if self.pseudonyms.used else known

    def erase(self, campaign: str, address: str, *, rehearsal: bool) -> int:
        """Take a person, by the address as it is compared, out of a ledger; return how many entries there were.

        Raises:
            LedgerError: it cannot be read or written.
        """
        return erase(self.file(campaign, rehearsal=rehearsal), address, self.pseudonyms.key(address))

    def token_key(self) -> str:
        """Return the secret key of `token` that is kept here; the first use makes it.

        Raises:
            LedgerError: it cannot be read or made, or others can read it.
        """
        self.make()
        return secret_key(self.path / _TOKENS)

    def seats(self, transport: str, count: int) -> Seats:
        """Return a run's part of the `count` seats of a named transport.

        Raises:
            LedgerError: they cannot be shared here.
        """
        self.make()
        return Seats(self.path / "seats" / _UNSAFE.sub(_escape, transport), count)

    def lock(
        self,
        campaign: str,
        *,
        rehearsal: bool = False,
        edition: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> RunLock:
        """Return the lock that a run of this campaign holds, for `with`; rehearsals have one of their own.

        `edition` is the one that is to be sent; None for a command that sends nothing.
        """
        self.make()
        return RunLock(self.file(campaign, rehearsal=rehearsal).with_suffix(".lock"), campaign, clock, edition)

    def campaigns(self) -> list[tuple[str, bool]]:
        """Return the campaigns that have a ledger here, by name, and whether it is that of rehearsals.

        Raises:
            LedgerError: the folder is there and cannot be read.
        """
        with told(self.path):
            files = list(self.path.iterdir()) if self.path.exists() else []  # a glob passes over what it cannot read
        names = [file.stem for file in files if file.suffix == ".db" and file.name != _PROJECT]
        found = [(unquote(name.removesuffix(_REHEARSAL)), name.endswith(_REHEARSAL)) for name in names]
        return sorted(found)

    def identities(self, campaign: str, *, rehearsal: bool) -> list[Identity]:
        """Return the mailings that a campaign's ledger knows, one an edition, oldest first.

        Raises:
            LedgerError: it cannot be read.
        """
        file = self.file(campaign, rehearsal=rehearsal)
        with told(file), closing(schema.open_reader(file)) as connection:
            return stored(connection)

    def file(self, campaign: str, *, rehearsal: bool) -> Path:
        """Return the ledger's file: the campaign's name, as far as every file system can tell such names apart."""
        name = _UNSAFE.sub(_escape, campaign)
        if _TAKEN.match(name):
            name = f"%{ord(name[0]):02x}{name[1:]}"
        return self.path / f"{name}{_REHEARSAL if rehearsal else ''}.db"

    def make(self) -> None:
        """Make the folder, for its owner only, and keep it out of version control; one in use stays as it is."""
        with told(self.path):
            make_folder(self.path, 0o700)
            if not any(self.path.iterdir()):
                replace_file(self.path / ".gitignore", b"*\n")


def _forgetful(file: Path, identity: Identity, root: Path) -> Store:
    """Return a ledger that keeps nothing, for a campaign that has none: it would write to everybody again."""
    if file.exists():
        raise UsageError(
            f"`--ledger none` is for benchmarks, and `{identity.campaign}` has a ledger",
            hint="leave it out, or measure with a campaign that nobody gets",
        )
    return ForgetfulStore(file, identity, root=root, write=False)


def _escape(character: re.Match[str]) -> str:
    return "".join(f"%{octet:02x}" for octet in character[0].encode())
