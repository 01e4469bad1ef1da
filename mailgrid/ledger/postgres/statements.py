"""The SQL of the ledger in PostgreSQL. The states in it are filled in from the table of transitions.

Many rows go into one statement as arrays, one a column: it is the same statement however many they are, which the
server keeps prepared.
"""

from mailgrid.ledger.filling import filled

__all__ = [
    "ADOPT",
    "ATTEMPTS",
    "COUNTS",
    "CRASH",
    "END_RUN",
    "ENTRIES",
    "ENTRIES_OF_ADDRESS",
    "ENTRIES_OF_KEYS",
    "FIND",
    "FORGET",
    "INTEND",
    "MISS",
    "RESTORE",
    "RESULT",
    "RUNS",
    "SPARE",
    "SUPPRESS",
    "TRANSPORT",
    "TRIED",
    "TRIED_SINCE",
]

# ---- writing: each changes nothing where the table of transitions does not allow it, or the lease is another's ---
# What writes over an attempt that ended (its `started` or its `time`) leaves the row `filed`, see `tables`.

INTEND = filled("""
    INSERT INTO recipients AS old (
        edition, lease, key, address, message_id, attempt, started, transport, variant, state, origin
    )
    SELECT %s, %s, new.*, @>intend, 'pending'
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::float8[], %s::int[], %s::text[]) AS new
    ON CONFLICT (edition, key) DO UPDATE SET
        lease = excluded.lease, address = excluded.address, attempt = excluded.attempt, started = excluded.started,
        message_id = CASE excluded.message_id WHEN '' THEN old.message_id ELSE excluded.message_id END,
        transport = excluded.transport, variant = excluded.variant, state = excluded.state, origin = old.state,
        filed = true
    WHERE old.state IN @intend
""")


def _owned(sql: str) -> str:
    """Put in the states, whose rows they must be, and how a row is found by its key."""
    # `+ 0` keeps PostgreSQL from going through everybody who was written to under the lease, by way of its index. LIMIT
    # makes it look each key up, and CASE keeps it from guessing how few rows are ours: as long as it knows nothing of a
    # table it would go through all of its people, for each.
    found = "LATERAL (SELECT id FROM recipients WHERE edition = %s AND key = r.key LIMIT 1) AS found"
    return filled(sql).replace("@mine", "edition = %s AND lease + 0 = %s").replace("@found", found)


# `accept` stands for all results that count as an attempt: they may happen in the same states.
RESULT = _owned("""
    UPDATE recipients AS old SET
        state = r.state, code = r.code, enhanced = r.enhanced, reply = r.reply, time = r.time, due = r.due,
        gave_up = r.gave_up, warning = r.warning, origin = NULL, attempts = attempt,
        first_attempt = CASE attempt WHEN 1 THEN r.time ELSE first_attempt END, run = %s, seconds = r.seconds,
        filed = false
    FROM unnest(
        %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::float8[], %s::float8[], %s::bool[], %s::text[],
        %s::float8[]
    ) AS r (key, state, code, enhanced, reply, time, due, gave_up, warning, seconds), @found
    WHERE old.id = found.id AND CASE WHEN lease = %s THEN old.state IN @accept END
""")
SPARE = _owned("""
    UPDATE recipients SET state = origin, origin = NULL
    WHERE @mine AND key = ANY(%s) AND state IN @suppress AND origin IN @kept
""")
SUPPRESS = _owned("""
    UPDATE recipients AS old SET
        state = @>suppress, time = r.time, warning = r.warning, due = NULL, gave_up = false, origin = NULL
    FROM unnest(%s::text[], %s::float8[], %s::text[]) AS r (key, time, warning), @found
    WHERE old.id = found.id AND CASE WHEN lease = %s THEN old.state IN @suppress END
""")
FORGET = _owned("""
    DELETE FROM recipients
    WHERE @mine AND key = ANY(%s) AND state IN @withdraw AND origin = 'pending' AND attempts = 0
""")
RESTORE = _owned("""
    UPDATE recipients SET state = origin, origin = NULL WHERE @mine AND key = ANY(%s) AND state IN @withdraw
""")
CRASH = filled("""
    UPDATE recipients SET
        state = @>crash, code = 0, enhanced = '', reply = '', time = started, due = NULL, gave_up = false, warning = '',
        origin = NULL, attempts = attempt, first_attempt = CASE attempt WHEN 1 THEN started ELSE first_attempt END,
        run = NULL, seconds = 0, filed = false
    WHERE lease = ANY(%s) AND state IN @crash AND edition IN (SELECT id FROM editions WHERE ledger = %s)
""")
_SETTLE = """
    UPDATE recipients SET state = @>{0}, time = %s, filed = true WHERE edition = %s AND key = ANY(%s) AND state IN @{0}
"""
FIND = filled(_SETTLE.format("find"))
MISS = filled(_SETTLE.format("miss"))
ADOPT = filled("""
    INSERT INTO recipients AS old (edition, reply, started, time, key, address, message_id, attempt, state)
    SELECT %s, %s, %s, %s, new.*, '', 0, @>adopt FROM unnest(%s::text[], %s::text[]) AS new
    ON CONFLICT (edition, key) DO UPDATE SET
        state = excluded.state, reply = excluded.reply, time = excluded.time,
        code = 0, enhanced = '', due = NULL, gave_up = false, warning = '', origin = NULL, filed = true
    WHERE old.state IN @adopt
""")
TRANSPORT = """
    WITH new AS (INSERT INTO transports (title) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id)
    SELECT id FROM new UNION ALL SELECT id FROM transports WHERE title = %s
"""
END_RUN = """
    UPDATE runs SET ended = %s, exit = %s, sent = %s, failed = %s, deferred = %s, in_doubt = %s WHERE id = %s
"""

# ---- reading: columns in the order of the values' fields --------------------------------------------------------

_ENTRIES = """
    SELECT key, address, state, attempts, first_attempt, due, gave_up, code, enhanced, reply, message_id, time, warning,
        coalesce((SELECT title FROM transports WHERE id = transport), ''), variant
    FROM recipients WHERE edition = %s
"""
ENTRIES = f"{_ENTRIES} AND state = ANY(%s) ORDER BY id"
ENTRIES_OF_KEYS = f"{_ENTRIES} AND key = ANY(%s)"
ENTRIES_OF_ADDRESS = f'{_ENTRIES} AND (key = %s OR lower(address) = lower(%s COLLATE "C")) ORDER BY id'
COUNTS = "SELECT state, count(*) FROM recipients WHERE edition = %s GROUP BY state"
ATTEMPTS = """
    WITH who AS (SELECT * FROM recipients WHERE edition = %s AND key = %s), ended AS (
        SELECT id AS place, attempt, state, code, enhanced, reply, started, time, seconds, warning, run, transport
        FROM attempts WHERE recipient = (SELECT id FROM who)
        UNION ALL
        SELECT NULL, attempts, state, code, enhanced, reply, started, time, seconds, warning, run, transport
        FROM who WHERE attempts > 0 AND NOT filed
    )
    SELECT attempt, state, code, enhanced, reply, started, time, seconds, warning, run,
        coalesce((SELECT title FROM transports WHERE id = transport), '')
    FROM ended ORDER BY place NULLS LAST
"""
# Of whom a run was to write to: who was tried, and who is counted in another state as it is.
TRIED = """
    SELECT count(*) FROM recipients WHERE edition = %s AND state != 'pending'
    AND (started >= %s OR state = 'deferred' OR (state = 'failed' AND gave_up))
"""
TRIED_SINCE = """
    WITH known AS (
        SELECT r.* FROM recipients AS r JOIN editions AS e ON e.id = r.edition WHERE e.ledger = %s
    ), ended AS (
        SELECT a.started FROM attempts AS a JOIN known ON known.id = a.recipient
        UNION ALL
        SELECT started FROM known WHERE attempts > 0 AND NOT filed
    )
    SELECT trunc(started / %s)::bigint, count(*) FROM ended WHERE started > %s GROUP BY 1
"""
RUNS = """
    SELECT id, transport, to_send, started, ended, exit, sent, failed, deferred, in_doubt
    FROM runs WHERE edition = %s ORDER BY id
"""
