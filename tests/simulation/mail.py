"""Mail: what arrived in a simulation, through whatever route, and when it was handed over. Nobody may get two."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

__all__ = ["Mail"]


@dataclass
class Mail:
    """What the far sides have seen.

    `taken` counts what arrived by address, `through` is the route by which the last one did. `twice` are those who may
    get another one, because the user said so. `asked` are the times before which somebody is not to be tried again.

    `handed` are the times at which messages and their copies were granted, by the campaign's own rate and by the shared
    one, `lanes` those at which the limit of a domain granted them, by domain, and `tried` those of messages that were
    written, by route: they count for quotas.
    """

    taken: Counter[str] = field(default_factory=Counter)
    through: dict[str, str] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    asked: dict[str, float] = field(default_factory=dict)
    handed: list[tuple[float, float]] = field(default_factory=list)
    lanes: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tried: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
