"""Database: the ledgers of a project in PostgreSQL, which several machines share."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

from mailgrid.errors import UsageError
from mailgrid.ledger.control import Wish
from mailgrid.ledger.empty import empty_store
from mailgrid.ledger.forgetting import Remembering
from mailgrid.ledger.ledgers import Buckets, DoNotMail, SharedSeats
from mailgrid.ledger.postgres import identity as identities
from mailgrid.ledger.postgres import tables
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.clock import ServerClock
from mailgrid.ledger.postgres.control import change_wish, read_wish
from mailgrid.ledger.postgres.forgetting import erase
from mailgrid.ledger.postgres.open_run import open_run
from mailgrid.ledger.postgres.place import Place
from mailgrid.ledger.postgres.pseudonyms import KeptPseudonyms
from mailgrid.ledger.postgres.runlock import PostgresLock, under_way
from mailgrid.ledger.postgres.seats import PostgresSeats
from mailgrid.ledger.postgres.server import Server
from mailgrid.ledger.postgres.store import PostgresStore
from mailgrid.ledger.postgres.suppression import PostgresSuppression
from mailgrid.ledger.runlock import UnderWay
from mailgrid.ledger.steps import refuse_older
from mailgrid.ledger.store import Identity, Known, Store

__all__ = ["Database"]

_NUMBER = "SELECT number FROM ledgers WHERE campaign = %s AND rehearsal = %s"


class Database:
    """The ledgers in a schema of a database, as `Ledgers`. It connects when it is first asked something.

    Args:
        place: where it is.
        root: the project's root, which campaign files' paths start from.
    """

    keeps = True

    def __init__(self, place: Place, root: Path) -> None:
        self._place = place
        self._root = root
        self._locks: dict[tuple[str, bool], PostgresLock] = {}
        self._made = False

    @property
    def title(self) -> str:
        """Where that is, for people; the password is left out."""
        return self._place.title

    @cached_property
    def server(self) -> Server:
        """The connections, for what else is kept in the same database."""
        return Server(self._place)

    @property
    def exists(self) -> bool:
        """Whether the tables were made.

        Raises:
            MailgridError: they are of a newer version, or of an older one.
        """
        if not self._made:
            version = tables.version_of(self.server)
            refuse_older(self.title, version, tables.VERSION)
            self._made = bool(version)
        return self._made

    def upgrade(self) -> None:
        """Make the tables where there are none, and bring older ones up to date; only their owner can."""
        tables.make(self.server)

    def store(self, identity: Identity, *, rehearsal: bool, write: bool, lease: int | None = None) -> Store:
        """Open the ledger of a mailing. To read one that is not there yet gives an empty one and makes nothing.

        `lease` is the one to write under; by default that of the run whose lock is held by this object.
        """
        if write:
            self._make()
        elif not self.exists:
            return empty_store(identity)
        open_store = partial(PostgresStore, self.server, identity, rehearsal=rehearsal, root=self._root, write=write)
        if lease is not None:
            return open_store(lease=lambda _connection, _ledger: lease)
        lock = self._locks.get((identity.campaign, rehearsal))
        return open_store() if lock is None else open_store(lease=lock.lease)

    def project(self) -> Buckets:
        """Open what the campaigns share, for writing."""
        self._make()
        return PostgresBuckets(self.server)

    def suppression(self, *, write: bool) -> DoNotMail:
        """Open the do-not-mail list. To read one that is not there yet gives an empty one and makes nothing."""
        if write:
            self._make()
        return PostgresSuppression(self.server, self._pseudonyms, lambda: self.exists)

    def seats(self, transport: str, count: int) -> SharedSeats:
        """Return a run's part of the `count` seats of a named transport."""
        return PostgresSeats(self.server, transport, count)

    def lock(
        self, campaign: str, *, rehearsal: bool = False, edition: str | None = None, joins: bool = False
    ) -> PostgresLock:
        """Return the lock that a run of this campaign holds, for `with`; rehearsals have one of their own.

        `edition` is the one that is to be sent; None for a command that sends nothing. Only who `joins` a run that many
        hosts carry out gets the lock while it goes on.
        """
        self._make()
        held = self._locks
        return PostgresLock(self.server, campaign, rehearsal=rehearsal, edition=edition, held=held, joins=joins)

    def clock(self) -> Callable[[], float]:
        """Return what tells the server's time, in seconds since 1970."""
        return self._clock

    def under_way(self, campaign: str, *, rehearsal: bool) -> UnderWay | None:
        """Return the `apply` of this campaign that is under way, gathering, waiting or sending; None: none is.

        One that many hosts carry out is, whether its coordinator lives or not.
        """
        if not self.exists:
            return None
        shared = open_run(self.server, campaign, rehearsal=rehearsal)
        return shared or under_way(self.server, campaign, rehearsal=rehearsal)

    def wish(self, campaign: str, run: float, *, rehearsal: bool) -> Wish:
        """Return what is wanted of a run that is under way, known by since when it is."""
        return read_wish(self.server, campaign, run, rehearsal=rehearsal) if self.exists else Wish()

    def steer(self, campaign: str, run: float, change: Callable[[Wish], Wish], *, rehearsal: bool) -> None:
        """Change what is wanted of a run that is under way, known by since when it is."""
        self._make()
        change_wish(self.server, campaign, run, change, rehearsal=rehearsal)

    def remembering(self, known: Known) -> Known:
        """Return a ledger that knows those who were forgotten, too, where there are any."""
        return Remembering(known, self._pseudonyms.key) if self.exists and self._pseudonyms.used else known

    def number(self, campaign: str, *, rehearsal: bool) -> int:
        """Return the number of a campaign's ledger, by which leases know it; 0 where there is none."""
        rows = self.server.rows(_NUMBER, (campaign, rehearsal))
        return int(rows[0][0]) if rows else 0

    def erase(self, campaign: str, address: str, *, rehearsal: bool) -> int:
        """Take a person, by the address as it is compared, out of a ledger; return how many entries there were."""
        numbers = self.server.rows(_NUMBER, (campaign, rehearsal)) if self.exists else []
        return sum(erase(self.server, number, address, self._pseudonyms.key(address)) for (number,) in numbers)

    def token_key(self) -> str:
        """Refuse: a key in the database would be everybody's who may read it.

        Raises:
            UsageError: MG620.
        """
        raise UsageError(
            "`token` needs a key that all machines have, and a ledger in PostgreSQL keeps none",
            hint='write into mailgrid.toml: token_key = { secret = "MAIL_TOKEN_KEY" }, and set it on each machine',
            code="MG620",
        )

    def campaigns(self) -> list[tuple[str, bool]]:
        """Return the campaigns that have a ledger here, by name, and whether it is that of rehearsals."""
        return sorted(self.server.rows("SELECT campaign, rehearsal FROM ledgers")) if self.exists else []

    def identities(self, campaign: str, *, rehearsal: bool) -> list[Identity]:
        """Return the mailings that a campaign's ledger knows, one an edition, oldest first."""
        if not self.exists:
            return []
        with self.server.connection() as connection:
            return identities.stored(connection, campaign, rehearsal=rehearsal)

    @cached_property
    def _clock(self) -> ServerClock:
        return ServerClock(self.server)

    @cached_property
    def _pseudonyms(self) -> KeptPseudonyms:
        return KeptPseudonyms(self.server)

    def _make(self) -> None:
        if not self._made:
            tables.make(self.server)
            self._made = True
