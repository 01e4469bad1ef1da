"""What limits cost that hosts share in PostgreSQL: `python -m tests.benchmarks.shared_limits [HOSTS] [SECONDS]`.

Each host is a thread with connections of its own that takes all that it can get, 64 at a time. Printed are messages a
second, statements a second as the server logs them (BEGIN and COMMIT count), and how many the hosts got. At first a
rate and the limit of a domain by themselves; then a rate, a quota of the campaign, one of its transport, the limit of
one domain and those of two hundred others together.
"""

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.pipeline.domain_claims import GAP, DomainClaims
from mailgrid.pipeline.queued_throttle import QueuedThrottle
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.throttles import Limit, Throttles
from mailgrid.planning.carrier import Quota, SharedRate
from mailgrid.planning.plan import DomainRate
from tests.postgres import postgres, schema

_LOGGED = ("ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET log_parameter_max_length = 0")
_QUOTA = Quota(1_000_000, 3600, "1000000/h")
#: Takes messages, and returns how many, and how many seconds to wait.
Host = Callable[[], tuple[int, float]]


def statements() -> int:
    """Count those that the server has written into its log."""
    (data,) = parse_qs(urlsplit(postgres()).query)["host"]
    text = (Path(data) / "log").read_text(errors="replace")
    return text.count("LOG:  execute") + text.count("LOG:  statement")


def by(limit: Limit, now: Callable[[], float]) -> Host:
    return lambda: (limit.grant(64, 1, now()), limit.delay(1, now()))


def by_domains(turns: DomainClaims, names: list[str], now: Callable[[], float]) -> Host:
    def take() -> tuple[int, float]:
        found = turns(dict.fromkeys(names, 64 // len(names) or 1)).values()
        return sum(turn.granted for turn in found), min(turn.following for turn in found) / 1e9 - now()

    return take


def measure(title: str, hosts: list[list[Host]], seconds: float) -> None:
    """Let hosts take all that they can, and print what that was."""
    parts = [0] * len(hosts)
    end = time.monotonic() + seconds

    def send(number: int) -> None:
        while time.monotonic() < end:
            taken = [take() for take in hosts[number]]
            parts[number] += sum(granted for granted, _ in taken)
            time.sleep(min(max(min(delay for _, delay in taken), 0.002), 0.05))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(hosts))]
    before = statements()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = statements() - before
    print(
        f"{title:<44} {sum(parts) / seconds:8,.0f}/s  {asked / seconds:5.0f} statements a second  "
        f"{min(parts):7,} to {max(parts):7,} a host",
        flush=True,
    )


def main(count: int, seconds: float) -> None:
    """Print the table."""
    with psycopg.connect(postgres(), autocommit=True) as connection:
        for statement in (*_LOGGED, "SELECT pg_reload_conf()"):
            connection.execute(statement.encode())
    url = schema()
    databases = [found for _ in range(count) if isinstance(found := open_ledgers(url, Path()), Database)]
    databases[0].project().close()
    sides = [(PostgresBuckets(database.server), database.clock()) for database in databases]

    def domains(buckets: PostgresBuckets, now: Callable[[], float], *limits: DomainRate) -> DomainClaims:
        claim = partial(buckets.claim_domains, rehearsal=False)
        return DomainClaims(limits, 1, claim, now, lambda: GAP * count)

    for rate in (10, 99, 5_000, 50_000):
        shared = SharedRate(f"rate {rate}", rate, max(1, rate // 10))
        limit = DomainRate(f"{rate}.example", rate, max(1, rate // 10), "")
        throttles = [[by(QueuedThrottle(shared, buckets.claim, now), now)] for buckets, now in sides]
        measure(f"{count} hosts, a rate of {rate:,}/s", throttles, seconds)
        limited = [[by_domains(domains(buckets, now, limit), [f"{rate}.example"], now)] for buckets, now in sides]
        measure(f"{count} hosts, a domain at {rate:,}/s", limited, seconds)
    everything: list[list[Host]] = []
    for buckets, now in sides:
        throttle = QueuedThrottle(SharedRate("all", 4000, 400), buckets.claim, now)
        quotas = [SharedQuota(name, _QUOTA, buckets.spend, now, buckets.take_quota) for name in ("all", "campaign all")]
        turns = domains(buckets, now, DomainRate("busy.example", 500, 50, ""), DomainRate(None, 2.5, 1, ""))
        others = [f"{number}.example" for number in range(200)]
        everything.append(
            [by(Throttles(throttle, *quotas), now), by_domains(turns, ["busy.example", *others], now)],
        )
    measure(f"{count} hosts, all limits, 5,000/s together", everything, seconds)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("10", "5")[len(sys.argv) - 1 :]]
    main(int(given[0]), float(given[1]))
