"""PostgresBuckets: what the campaigns share of transports and domains, over all machines: token buckets and quotas."""

from collections.abc import Callable, Mapping, Sequence

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.postgres.claims import DOMAINS, TRANSPORTS, claim
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.ledger.project import Bucket
from mailgrid.ledger.quota_claim import QuotaBlock, QuotaClaim

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
_TAKE_QUOTA = "SELECT taken, endings, counts FROM take_quota(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_NEW = "INSERT INTO buckets (transport, due, wanted) SELECT *, 0, 0 FROM unnest(%s::text[]) ON CONFLICT DO NOTHING"
_NEW_DOMAINS = """
    INSERT INTO domains (rehearsal, domain, due) SELECT %s, domain, 0 FROM unnest(%s::text[]) AS domain ORDER BY domain
    ON CONFLICT DO NOTHING
"""
_DOMAINS = "SELECT domain, due FROM domains WHERE rehearsal = %s AND domain = ANY(%s) ORDER BY domain FOR UPDATE"
_CHANGED = """
    UPDATE domains SET due = after FROM unnest(%s::text[], %s::bigint[]) AS r (name, after)
    WHERE rehearsal = %s AND domain = name
"""


class PostgresBuckets:
    """The shared buckets, as `Buckets`.

    Args:
        server: where the tables are, made.
        now: the time of claims, in nanoseconds since 1970; by default it is the server's own.
    """

    def __init__(self, server: Server, now: Callable[[], int] | None = None) -> None:
        self._server = server
        self._now = now

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

    def claim(self, claims: Sequence[Claim]) -> Mapping[str, Stretch]:
        """Let have of transports' buckets what may be had now, by name."""
        with self._server.connection() as connection:
            return self._had(connection, claims, TRANSPORTS, _NEW, ())

    def claim_domains(self, claims: Sequence[Claim], *, rehearsal: bool) -> Mapping[str, Stretch]:
        """Let have of domains' buckets what may be had now, by domain."""
        with self._server.connection() as connection:
            return self._had(connection, claims, DOMAINS[rehearsal], _NEW_DOMAINS, (rehearsal,))

    def _had(
        self, connection: Connection, claims: Sequence[Claim], bucket: str, new: str, values: Sequence[object]
    ) -> Mapping[str, Stretch]:
        now = self._now() if self._now else None
        had = claim(connection, claims, bucket, now)
        if missing := [each for each in claims if each.name not in had]:
            ask(connection, new, (*values, [each.name for each in missing]))
            had |= claim(connection, missing, bucket, now)
        return had

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

    def take_quota(self, claim: QuotaClaim) -> QuotaBlock:
        """Let have of a quota what may be had now, one after the other."""
        back = (claim.back, claim.back_ending, claim.unwritten)
        values = (claim.name, claim.count, claim.wanted, claim.ending, claim.past, claim.future, *back)
        ((taken, endings, counts),) = self._server.rows(_TAKE_QUOTA, values)
        return QuotaBlock(taken, dict(zip(endings, counts, strict=True)))

    def used(self, transport: str) -> Mapping[int, int]:
        """Return what is used up of a transport's quota, by the ends of pieces of time in seconds since 1970."""
        return dict(self._server.rows(_USED, (transport,)))

    def exchange_domains(
        self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]], *, rehearsal: bool
    ) -> bool:
        """Change the buckets of some domains, one after the other."""
        with self._server.transaction() as connection:
            ask(connection, _NEW_DOMAINS, (rehearsal, list(domains)))
            after = step({domain: due for domain, due in ask(connection, _DOMAINS, (rehearsal, list(domains))) if due})
            if after:
                ask(connection, _CHANGED, (list(after), list(after.values()), rehearsal))
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
