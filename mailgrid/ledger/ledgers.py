"""Ledgers: the protocol of where a project's ledgers are, and of what its campaigns share.

There are two such places: a `Folder` of files on this machine, and a `Database` that several machines share.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.control import Wish
from mailgrid.ledger.project import Bucket
from mailgrid.ledger.quota_claim import QuotaBlock, QuotaClaim
from mailgrid.ledger.runlock import UnderWay
from mailgrid.ledger.store import Identity, Known, Store
from mailgrid.ledger.suppression import Suppressed

__all__ = ["Buckets", "ClaimDomains", "DoNotMail", "Held", "Ledgers", "SharedSeats"]


class ClaimDomains(Protocol):
    """Claims stretches of domains, by domain; those of a rehearsal are others."""

    def __call__(self, claims: Sequence[Claim], *, rehearsal: bool) -> Mapping[str, Stretch]:
        """Return what may be had now."""
        ...


class Buckets(Protocol):
    """What campaigns share of transports and domains, open for writing; used by one thread at a time, any thread.

    Each change is made in one transaction, between which nobody else comes. Every method raises LedgerError when the
    ledger cannot be read or written; one that says whether it is done returns False where somebody else was in the way
    for too long: nothing has changed then, whether or not `step` was called.
    """

    def exchange(self, transport: str, step: Callable[[Bucket], Bucket]) -> bool:
        """Change a transport's bucket: `step` gets it as it is, and returns it as it is to be."""
        ...

    @property
    def claim(self) -> Callable[[Sequence[Claim]], Mapping[str, Stretch]] | None:
        """Lets have of transports' buckets what may be had, in one statement, by name; None where `exchange` does."""
        ...

    def spend(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
        """Change what is used up of a transport's quota, by the ends of pieces of time in seconds since 1970."""
        ...

    @property
    def take_quota(self) -> Callable[[QuotaClaim], QuotaBlock] | None:
        """Lets have of a quota what may be had, in one statement; None where `spend` does."""
        ...

    def used(self, transport: str) -> Mapping[int, int]:
        """Return what is used up of a transport's quota, by the ends of pieces of time in seconds since 1970."""
        ...

    def exchange_domains(
        self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]], *, rehearsal: bool
    ) -> bool:
        """Change the buckets of some domains: the times from which they fill again, in nanoseconds since 1970."""
        ...

    @property
    def claim_domains(self) -> ClaimDomains | None:
        """Lets have of domains' buckets what may be had, in one statement, by domain; None as of `claim`."""
        ...

    def forget_domains(self, now: float) -> None:
        """Drop the buckets of domains that are full at this time, in seconds since 1970."""
        ...

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        ...


class DoNotMail(Protocol):
    """The project's do-not-mail list, open; used by one thread at a time. Addresses are as they are compared."""

    @property
    def revision(self) -> int:
        """A number that grows with every change; 0 as long as nobody was ever on the list."""
        ...

    def count(self) -> int:
        """Return how many are on the list, those who were forgotten included."""
        ...

    def find(self, addresses: Sequence[str]) -> dict[str, Suppressed]:
        """Return those of the addresses who are on the list."""
        ...

    def entries(self) -> Iterator[Suppressed]:
        """Go through the list, by address; who was forgotten is not in it."""
        ...

    def add(self, entries: Iterable[Suppressed]) -> int:
        """Add people, and return how many were not on the list before; who is on it stays as they are."""
        ...

    def remove(self, addresses: Iterable[str]) -> int:
        """Take people off the list, forgotten or not, and return how many were on it."""
        ...

    def forget(self, address: str, now: float) -> None:
        """Keep out a person of whom nothing may be known any more: a hash takes the place of the address."""
        ...

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        ...


class SharedSeats(Protocol):
    """A run's part of the seats that a transport has for workers; they are given back however the run ends."""

    @property
    def held(self) -> int:
        """How many this run holds."""
        ...

    @property
    def share(self) -> int:
        """How many are this run's now."""
        ...

    def take(self) -> int | None:
        """Take one that is free, and return its number; None when none is."""
        ...

    def give_back(self, seat: int) -> None:
        """Give one back."""
        ...

    def close(self) -> None:
        """Give back all. May be called twice."""
        ...


class Held(Protocol):
    """A run's lock while it is held."""

    @property
    def since(self) -> float:
        """When it was taken, in seconds since 1970, by which the run is known."""
        ...


class Ledgers(Protocol):
    """Where the ledgers of a project are. Nothing is made before something is to be written.

    Every method raises LedgerError when something cannot be read or written.
    """

    @property
    def title(self) -> str:
        """Where that is, for people; it holds no secret."""
        ...

    @property
    def keeps(self) -> bool:
        """Whether what is sent is written down."""
        ...

    @property
    def exists(self) -> bool:
        """Whether anything was made here."""
        ...

    def upgrade(self) -> None:
        """Bring everything that is here up to date; the tables of a database are made where there are none."""
        ...

    def store(self, identity: Identity, *, rehearsal: bool, write: bool) -> Store:
        """Open the ledger of a mailing. To read one that is not there yet gives an empty one and makes nothing.

        Raises:
            MailgridError: it is about another campaign file (MG608) or other keys (MG607).
            UsageError: nothing is to be written down, and there is a ledger.
        """
        ...

    def project(self) -> Buckets:
        """Open what the campaigns share, for writing."""
        ...

    def suppression(self, *, write: bool) -> DoNotMail:
        """Open the do-not-mail list. To read one that is not there yet gives an empty one and makes nothing."""
        ...

    def seats(self, transport: str, count: int) -> SharedSeats:
        """Return a run's part of the `count` seats of a named transport."""
        ...

    def lock(
        self, campaign: str, *, rehearsal: bool = False, edition: str | None = None
    ) -> AbstractContextManager[Held]:
        """Return the lock that a run of this campaign holds, for `with`; rehearsals have one of their own.

        `edition` is the one that is to be sent; None for a command that sends nothing.

        Raises:
            Refused: when it is entered: MG606, another run holds it.
        """
        ...

    def clock(self) -> Callable[[], float] | None:
        """Return what tells the time, in seconds since 1970, the same to everybody who shares these ledgers.

        None where they are all on one machine, whose own clock will do.
        """
        ...

    def under_way(self, campaign: str, *, rehearsal: bool) -> UnderWay | None:
        """Return the `apply` of this campaign that is under way, gathering, waiting or sending; None: none is."""
        ...

    def wish(self, campaign: str, run: float, *, rehearsal: bool) -> Wish:
        """Return what is wanted of a run that is under way, known by since when it is."""
        ...

    def steer(self, campaign: str, run: float, change: Callable[[Wish], Wish], *, rehearsal: bool) -> None:
        """Change what is wanted of a run that is under way, known by since when it is."""
        ...

    def remembering(self, known: Known) -> Known:
        """Return a ledger that knows those who were forgotten, too, where there are any."""
        ...

    def erase(self, campaign: str, address: str, *, rehearsal: bool) -> int:
        """Take a person, by the address as it is compared, out of a ledger; return how many entries there were."""
        ...

    def token_key(self) -> str:
        """Return the secret key of `token` that is kept here; the first use makes it.

        Raises:
            UsageError: no key is kept in such a place.
        """
        ...

    def campaigns(self) -> list[tuple[str, bool]]:
        """Return the campaigns that have a ledger here, by name, and whether it is that of rehearsals."""
        ...

    def identities(self, campaign: str, *, rehearsal: bool) -> list[Identity]:
        """Return the mailings that a campaign's ledger knows, one an edition, oldest first."""
        ...
