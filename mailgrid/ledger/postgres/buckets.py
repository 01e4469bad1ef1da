"""PostgresBuckets: what the campaigns share of transports and domains, over all machines: token buckets and quotas."""

from collections.abc import Callable, Mapping, Sequence

from mailgrid.ledger.postgres.server import Server, ask
from mailgrid.ledger.project import Bucket

__all__ = ["PostgresBuckets"]

#: Who finds that somebody else was quicker begins again; so often in a row that hardly ever happens.
_TRIES = 10

_BUCKET = "SELECT due, wanted FROM buckets WHERE transport = %s"
_FIRST = "INSERT INTO buckets (transport, due, wanted) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_NEXT = "UPDATE buckets SET due = %s, wanted = %s WHERE transport = %s AND due = %s AND wanted = %s"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s || ' quota ' || %s, 0))"
_USED = "SELECT ending, used FROM quotas WHERE transport = %s"
_SPEND = """
    INSERT INTO quotas (transport, ending, used) SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])
    ON CONFLICT (transport, ending) DO UPDATE SET used = excluded.used
"""
_DOMAINS = "SELECT domain, due FROM domains WHERE rehearsal = %s AND domain = ANY(%s) ORDER BY domain FOR UPDATE"
_NEW_DOMAINS = """
    INSERT INTO domains (rehearsal, domain, due) SELECT %s, domain, 0 FROM unnest(%s::text[]) AS domain ORDER BY domain
    ON CONFLICT DO NOTHING
"""
_PAY = """
    UPDATE domains SET due = r.due FROM unnest(%s::text[], %s::bigint[]) AS r (domain, due)
    WHERE rehearsal = %s AND domains.domain = r.domain
"""


class PostgresBuckets:
    """The shared buckets, as `Buckets`.

    Args:
        server: where the tables are, made.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

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
        """Change the buckets of some domains, in one transaction, between which nobody else comes."""
        with self._server.transaction() as connection:
            found: dict[str, int] = dict(ask(connection, _DOMAINS, (rehearsal, list(domains))))
            if missing := [domain for domain in domains if domain not in found]:
                ask(connection, _NEW_DOMAINS, (rehearsal, missing))
                found = dict(ask(connection, _DOMAINS, (rehearsal, list(domains))))
            after = step(found)
            if after:
                ask(connection, _PAY, (list(after), list(after.values()), rehearsal))
        return True

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
