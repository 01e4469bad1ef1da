"""A script: all that chance decides before a simulation begins."""

import random
from dataclasses import dataclass

from mailgrid.planning.carrier import Quota, SharedRate
from mailgrid.planning.plan import DomainRate, RetryRule, StopRule

__all__ = ["FATES", "HOSTS", "Script", "script"]

#: What the far side may do with a message, and how often in which mood.
FATES = (
    "accept",
    "refuse",
    "refuse us",
    "defer",
    "defer until",
    "defer all",
    "say goodbye",
    "hang up before",
    "hang up after",
    "say nothing",
    "be away",
    "have no room",
    "turn us away",
    "break down",
    "forget",
)
#: Where people are, in turn.
HOSTS = ("example.org", "example.net", "example.com")
#: How often there are two routes, and how often each thing that can have a quota has one.
_TWO_ROUTES = 0.2
_LIMITED = 0.1
_MOODS = (
    (1,),
    (40, 2, 0, 4, 1, 1, 2, 1, 1, 1, 1, 1),
    (10, 1, 0, 10, 4, 2),
    (10, 1, 0, 1, 0, 0, 6, 4, 4, 2, 2),
    (10, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 8),
    (1, 0, 0, 0, 0, 1, 2, 1, 0, 0, 12),
    (10, 4, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1),
    (12, 1, 0, 2, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1),
)
#: Those from here on are such that another route may be taken.
_BAD = 3


@dataclass(frozen=True, slots=True)
class Script:
    """Settings of the campaign, and of its bad luck.

    `moods` are the weights of the far side's fates, one for each life; after the last it only accepts. `other_moods`
    are those of the transport that stands in for it, empty where there is none. `quota` is the campaign's own, and
    `shared_quotas` are those of the routes. A life is
    killed at its step in `kills`, interrupted at that in `interrupts`, and its ledger is full at its commit in
    `full`; 0: never.
    """

    people: int
    unwritable: frozenset[int]
    copies: int
    workers: int
    window: int
    ahead: int
    rate: float | None
    burst: int
    shared: SharedRate | None
    domains: tuple[DomainRate, ...]
    retry: RetryRule
    stop: StopRule | None
    switching: float
    slowness: float
    moods: tuple[tuple[int, ...], ...]
    other_moods: tuple[tuple[int, ...], ...]
    quota: Quota | None
    shared_quotas: tuple[Quota | None, ...]
    kills: tuple[int, ...]
    interrupts: tuple[int, ...]
    full: tuple[int, ...]
    resend: bool

    @property
    def cost(self) -> int:
        return 1 + self.copies


def script(chance: random.Random) -> Script:
    """Write a script."""
    lives = chance.choice((1, 1, 2, 2, 3))
    people = chance.randint(1, 8)
    copies = chance.choice((0, 0, 0, 1))
    two_routes = chance.random() < _TWO_ROUTES
    return Script(
        people=people,
        unwritable=frozenset(number for number in range(people) if chance.random() < 0.03),
        copies=copies,
        workers=chance.randint(1, 4),
        window=chance.randint(1, 4),
        ahead=chance.randint(1, 4),
        rate=chance.choice((None, 0.5, 2.0, 7.0, 30.0)),
        burst=chance.randint(1 + copies, 5),
        shared=chance.choice(
            (None, None, SharedRate("post", chance.choice((1.0, 20.0)), chance.randint(1 + copies, 5)))
        ),
        domains=_domains(chance, 1 + copies),
        retry=RetryRule(
            attempts=chance.choice((None, 1, 2, 4)),
            period=chance.choice((3.0, 20.0, 60.0)),
            backoff=chance.choice((0.1, 2.0)),
            longest=chance.choice((5.0, 10.0)),
            jitter=chance.choice((0.0, 0.5, 1.0)),
        ),
        stop=chance.choice((None, None, None, StopRule(count=2), StopRule(share=0.1))),
        switching=chance.choice((0.03, 0.2, 0.6)),
        slowness=chance.choice((0.0, 0.0, 0.01, 1.0)),
        moods=tuple(chance.choice(_MOODS[_BAD:] if two_routes else _MOODS) for _ in range(lives)),
        other_moods=tuple(chance.choice(_MOODS) for _ in range(lives)) if two_routes else (),
        quota=_quota(chance, 1 + copies),
        shared_quotas=tuple(_quota(chance, 1 + copies) for _ in range(1 + two_routes)),
        kills=tuple(_moment(chance, 0.7, 400) for _ in range(lives)),
        interrupts=tuple(_moment(chance, 0.1, 300) for _ in range(lives)),
        full=tuple(_moment(chance, 0.1, 8) for _ in range(lives)),
        resend=chance.random() < 0.2,
    )


def _domains(chance: random.Random, cost: int) -> tuple[DomainRate, ...]:
    """Limit none, some, or any of the domains; who is at which is fixed by `HOSTS`."""
    limited = chance.choice(((), (), (), (), HOSTS[:1], (HOSTS[0], None)))
    return tuple(DomainRate(name, chance.choice((0.5, 5.0)), chance.randint(cost, 4), "") for name in limited)


def _quota(chance: random.Random, cost: int) -> Quota | None:
    if chance.random() >= _LIMITED:
        return None
    return Quota(chance.randint(cost, 6), chance.choice((20, 100)), "")


def _moment(chance: random.Random, likely: float, latest: int) -> int:
    return 1 + int(chance.random() ** 2 * latest) if chance.random() < likely else 0
