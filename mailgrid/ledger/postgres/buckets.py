"""PostgresBuckets: what the campaigns share of transports and domains, over all machines: token buckets and quotas."""

import time
from collections.abc import Callable, Mapping, Sequence

from mailgrid.ledger.postgres.server import Server, ask
from mailgrid.ledger.project import Bucket

__all__ = ["PostgresBuckets"]

#: Who finds that somebody else was quicker begins again; so often in a row that hardly ever happens.
_TRIES = 10

_BUCKET = "SELECT due, wanted FROM buckets WHERE transport = %s"
_FIRST = "INSERT INTO buckets (transport, due, wanted) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_NEXT = "UPDATE buckets SET due = %s, wanted = %s WHERE transport = %s AND due = %s AND wanted = %s"
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000000)::bigint"
# What lies further ahead than anybody takes is from before a rate was raised: it counts as far as it may.
_RESERVE = """
    INSERT INTO buckets AS old (transport, due, wanted)
    SELECT %(name)s, now + %(length)s, 0 FROM (SELECT @clock) AS t (now)
    ON CONFLICT (transport) DO UPDATE SET due = %(length)s + CASE
        WHEN old.due > excluded.due - %(length)s + 2 * %(ahead)s THEN excluded.due - %(length)s + %(ahead)s
        ELSE greatest(old.due, excluded.due - %(length)s) END
    WHERE old.due <= excluded.due - %(length)s + %(ahead)s OR old.due > excluded.due - %(length)s + 2 * %(ahead)s
    RETURNING due - %(length)s
""".replace("@clock", _CLOCK)
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s || ' quota ' || %s, 0))"
_USED = "SELECT ending, used FROM quotas WHERE transport = %s"
_SPEND = """
    INSERT INTO quotas (transport, ending, used) SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])
    ON CONFLICT (transport, ending) DO UPDATE SET used = excluded.used
"""
_DOMAINS = "SELECT domain, due FROM domains WHERE rehearsal = %s AND domain = ANY(%s)"
# All of them, or none: where somebody else has changed one meanwhile nobody is charged.
_PAY = """
    WITH wanted AS (
        SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS r (domain, before, after)
    ), found AS (
        SELECT domains.domain FROM domains JOIN wanted ON domains.domain = wanted.domain AND due = before
        WHERE rehearsal = %s ORDER BY 1 FOR UPDATE OF domains
    )
    UPDATE domains SET due = after FROM wanted
    WHERE rehearsal = %s AND domains.domain = wanted.domain
        AND (SELECT count(*) FROM found) = (SELECT count(*) FROM wanted)
"""
_NEW_DOMAINS = """
    INSERT INTO domains (rehearsal, domain, due) SELECT %s, domain, 0 FROM unnest(%s::text[]) AS domain ORDER BY domain
    ON CONFLICT DO NOTHING
"""
#: Who shares the buckets of domains with many asks for them so often, in seconds: meanwhile there is enough to send.
_GAP = 0.1


class PostgresBuckets:
    """The shared buckets, as `Buckets`.

    Args:
        server: where the tables are, made.
        own: seconds that go on evenly, as `time.monotonic`.
    """

    def __init__(self, server: Server, own: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._own = own
        self._asked = -_GAP

    def exchange(self, transport: str, step: Callable[[Bucket], Bucket]) -> bool:
        """Change a transport's bucket, if nobody else has changed it meanwhile: no lock is held while `step` thinks.

        So whoever is frozen in the middle of it keeps nobody waiting.
        """
        with self._server.connection() as connection:
            for _ in range(_TRIES):
                row = ask(connection, _BUCKET, (transport,)).fetchone()
                before = Bucket(*row) if row else Bucket()
                after = step(before)
                if after == before:
                    return True
                new = (after.due, after.wanted)
                if row is None:
                    changed = ask(connection, _FIRST, (transport, *new)).rowcount
                else:
                    changed = ask(connection, _NEXT, (*new, transport, *row)).rowcount
                if changed:
                    return True
        return False

    def reserve(self, transport: str, length: int, ahead: int) -> int | None:
        """Take the next stretch of a transport's time that nobody has, on the server's clock, in one statement.

        Args:
            transport: its name in the project.
            length: how long the stretch is, in nanoseconds.
            ahead: how far ahead of now it may begin.

        Returns:
            When it begins, in nanoseconds since 1970; None where that would be too far ahead: nothing was taken.
        """
        values = {"name": transport, "length": length, "ahead": ahead}
        with self._server.connection() as connection:
            row = ask(connection, _RESERVE, values).fetchone()
        return None if row is None else int(row[0])

    def spend(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
        """Change what is used up of a transport's quota, in one transaction, one after the other."""
        with self._server.transaction() as connection:
            ask(connection, _ALONE, (self._server.place.schema, transport))
            before: dict[int, int] = dict(ask(connection, _USED, (transport,)))
            after = step(before)
            gone = list(before.keys() - after.keys())
            changed = {ending: used for ending, used in after.items() if before.get(ending) != used}
            if gone:
                ask(connection, "DELETE FROM quotas WHERE transport = %s AND ending = ANY(%s)", (transport, gone))
            if changed:
                ask(connection, _SPEND, (transport, list(changed), list(changed.values())))
        return True

    def used(self, transport: str) -> Mapping[int, int]:
        """Return what is used up of a transport's quota, by the ends of pieces of time in seconds since 1970."""
        return dict(self._server.rows(_USED, (transport,)))

    def exchange_domains(
        self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]], *, rehearsal: bool
    ) -> bool:
        """Change the buckets of some domains, if nobody else has changed one meanwhile.

        Who asks again within a tenth of a second is told to come later: so many machines cost few statements, and none
        loses anything, for a bucket holds more than fills it meanwhile.
        """
        if self._own() - self._asked < _GAP:
            return False
        self._asked = self._own()
        with self._server.connection() as connection:
            for _ in range(_TRIES):
                before: dict[str, int] = dict(ask(connection, _DOMAINS, (rehearsal, list(domains))))
                after = step(before)
                if not after:
                    return True
                if missing := [domain for domain in after if domain not in before]:
                    ask(connection, _NEW_DOMAINS, (rehearsal, missing))
                old = [before.get(domain, 0) for domain in after]
                values = (list(after), old, list(after.values()), rehearsal, rehearsal)
                if ask(connection, _PAY, values).rowcount:
                    return True
        return False

    def forget_domains(self, now: float) -> None:
        """Drop the buckets of domains that are full; those that somebody is just using stay."""
        with self._server.connection() as connection:
            sql = """
                DELETE FROM domains WHERE (rehearsal, domain) IN (
                    SELECT rehearsal, domain FROM domains WHERE due <= %s FOR UPDATE SKIP LOCKED
                )
            """
            ask(connection, sql, (round(now * 10**9),))

    def close(self) -> None:
        """Give back what is held. May be called twice."""
