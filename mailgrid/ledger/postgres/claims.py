"""Claims to shared buckets in PostgreSQL: one statement each, whatever others do, for any number of buckets at once.

Who gets nothing, and who has just got something, is given a turn behind everybody who waits: so many processes wait in
a queue, each asks once when it is served, and none is served twice before another one once.
"""

from collections.abc import Sequence
from operator import attrgetter

from mailgrid.ledger.claim import LEAST, LONGEST, Claim, Stretch
from mailgrid.ledger.postgres.server import Connection, ask

__all__ = ["DOMAINS", "TRANSPORTS", "claim"]

_MILLISECOND = 10**6
#: Whoever does not come when it is his turn is not waited for longer.
_PATIENCE = 50 * _MILLISECOND
#: Clocks differ by so much: whoever comes so much too early comes in time.
_TOLERANCE = 5 * _MILLISECOND
#: Nobody takes what lies further ahead; what nobody can have taken is from before a rate was raised, or the clock set
#: back.
_QUEUE = 16_000 * _MILLISECOND
_LATER = 1000 * _MILLISECOND

# Behind `due`, up to `wanted`, lie the stretches of those who wait for one message each, in the order in which they
# came; whoever is served late moves all of them. A row that is locked by FOR UPDATE is read as it is once the lock is
# there, so what is judged is what is changed. LIMIT and ON CONFLICT make PostgreSQL look each up by its name, also
# while it knows nothing of a table yet. The rows are there before, so nothing is inserted.
_CLAIM = """
    WITH claims AS (
        SELECT * FROM unnest(
            %(names)s::text[], %(prices)s::bigint[], %(credits)s::bigint[], %(most)s::bigint[], %(least)s::bigint[],
            %(turns)s::bigint[]
        ) AS claim (name, price, credit, most, least, turn)
    ), found AS (
        SELECT c.*, b.wanted, now, now + credit + CASE least WHEN 0 THEN 0 ELSE @queue END AS last,
            turn BETWEEN 1 AND now + @tolerance AS is_ours, b.due
        FROM claims AS c, LATERAL (
            SELECT due, wanted FROM @table WHERE @name = c.name AND @among LIMIT 1 FOR UPDATE
        ) AS b, LATERAL (
            SELECT coalesce(%(now)s::bigint, (extract(epoch FROM clock_timestamp()) * 1000000000)::bigint)
        ) AS t (now)
    ), queued AS (
        SELECT *, CASE
                WHEN due > last + CASE least WHEN 0 THEN 0 ELSE greatest(@many * price, @longest) END THEN now + credit
                ELSE greatest(due, now)
            END AS start,
            greatest(0, CASE
                WHEN is_ours THEN wanted - greatest(due + price, turn + credit)
                WHEN due + price - credit + least(price, @patience) > now THEN wanted - due
            END) AS others
        FROM found
    ), judged AS (
        SELECT *, CASE WHEN start <= last AND (least > 0 OR is_ours OR others = 0)
            THEN greatest(least, least((now + credit - start) / price, CASE others WHEN 0 THEN most ELSE 1 END))
            ELSE 0 END AS count
        FROM queued
    ), answered AS (
        SELECT *, CASE
            WHEN least > 0 THEN CASE count WHEN 0 THEN now + @later ELSE now END
            WHEN count > 0 OR turn = 0 THEN start + (count + 1) * price - credit + others
            WHEN NOT is_ours THEN turn
            WHEN start - credit <= now - price / 2 THEN start + price - credit
            ELSE start + price - credit + greatest(0, wanted - due) END AS next
        FROM judged
    ), changed AS (
        INSERT INTO @table (@columns, due, wanted)
        SELECT @values, CASE count WHEN 0 THEN least(due, start) ELSE start + count * price END, CASE
            WHEN least > 0 THEN 0 WHEN count > 0 OR turn = 0 THEN next + credit
            ELSE greatest(wanted, next + credit) END
        FROM answered
        ON CONFLICT (@columns) DO UPDATE SET due = excluded.due, wanted = excluded.wanted
    )
    SELECT name, start, count, next FROM answered
"""


def _filled(table: str, columns: str, values: str, among: str) -> str:
    words = {
        "@table": table, "@columns": columns, "@values": values, "@name": columns.rpartition(" ")[2], "@among": among,
        "@queue": _QUEUE, "@later": _LATER, "@patience": _PATIENCE, "@tolerance": _TOLERANCE, "@many": LEAST,
        "@longest": LONGEST,
    }  # fmt: skip
    sql = _CLAIM
    for word, meaning in words.items():
        sql = sql.replace(word, str(meaning))
    return sql


#: The buckets of transports, and those of domains: not of a rehearsal, and of one.
TRANSPORTS = _filled("buckets", "transport", "name", "true")
DOMAINS = tuple(
    _filled("domains", "rehearsal, domain", f"{rehearsal}, name", f"rehearsal = {rehearsal}")
    for rehearsal in ("false", "true")
)


def claim(connection: Connection, claims: Sequence[Claim], buckets: str, now: int | None) -> dict[str, Stretch]:
    """Return by name what was had of each bucket; what is not there gives nothing.

    Args:
        connection: on which the statement runs.
        claims: what is wanted.
        buckets: of which ones: `TRANSPORTS` or one of `DOMAINS`.
        now: the time, in nanoseconds since 1970; None: the server's own.
    """
    claims = sorted(claims, key=attrgetter("name"))  # two who want the same ones do not wait for each other
    columns = {
        "names": [each.name for each in claims],
        "prices": [each.price for each in claims],
        "credits": [each.credit for each in claims],
        "most": [each.most for each in claims],
        "least": [each.least for each in claims],
        "turns": [each.turn for each in claims],
    }
    rows = ask(connection, buckets, {**columns, "now": now})
    return {name: Stretch(start, count, turn) for name, start, count, turn in rows}
