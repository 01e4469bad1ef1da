"""How a run stands besides its counts: what it waits for, and what holds some of it back."""

import time
from collections.abc import Iterator
from datetime import datetime

from mailgrid.pipeline.running import Running
from mailgrid.rfc3339 import rfc3339

__all__ = ["fields", "remarks"]

_TWO = 2


def remarks(executor: Running) -> Iterator[str]:
    """Yield what there is to say, in words for people."""
    if executor.wish.rate:
        yield f"changed to {executor.wish.rate}"
    if executor.wish.paused:
        yield "paused by `mailgrid pause`"
    yield from _limited(executor)
    yield from executor.notes
    if (rest := executor.paused_until - time.time()) > 0:
        yield f"the server needs a rest: {rest:.0f} s"
    if opens := executor.closed_until:
        yield f"outside the hours until {_local(opens):%a %H:%M}"
    elif spent := executor.spent_until:
        yield f"the quota is spent until {_local(spent):%d %b %H:%M}"  # the day too, for that is often tomorrow
    elif due := executor.next_due:
        yield f"next try {_local(due):%H:%M:%S}"


def fields(executor: Running) -> Iterator[tuple[str, str]]:
    """Yield the same for programs, by name; times are RFC 3339."""
    if executor.wish.rate:
        yield "changed_to", executor.wish.rate
    if executor.wish.paused:
        yield "paused", "yes"
    first, total = executor.limited(1)
    yield from (("limited", domain) for domain, _ in first)
    if total > 1:
        yield "limited_domains", str(total)
    moments = {
        "rests_until": executor.paused_until if executor.paused_until > time.time() else 0.0,
        "closed_until": executor.closed_until,
        "spent_until": executor.spent_until,
        "next_try": executor.next_due or 0.0,
    }
    yield from ((name, rfc3339(moment)) for name, moment in moments.items() if moment)


def _limited(executor: Running) -> Iterator[str]:
    """Say which domain is at its limit, and how many others are."""
    first, total = executor.limited(1)
    others = f", and {total - 1:,} other domain{'' if total == _TWO else 's'}" if total > 1 else ""
    yield from (f"{domain} at its limit ({limit}){others}" for domain, limit in first)


def _local(moment: float) -> datetime:
    return datetime.fromtimestamp(moment).astimezone()
