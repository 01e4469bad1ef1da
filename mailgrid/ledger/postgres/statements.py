"""The SQL of the ledger in PostgreSQL. The states in it are filled in from the table of transitions.

Many rows go into one statement as arrays, one a column: it is the same statement however many they are, which the
server keeps prepared.
"""

from mailgrid.ledger.filling import filled

__all__ = [
    "ADOPT",
    "ATTEMPT",
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

INTEND = filled("""
    INSERT INTO recipients AS old (
        edition, lease, key, address, message_id, attempt, started, transport, variant, state, origin
    )
    SELECT %s, %s, new.*, @>intend, 'pending'
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::float8[], %s::int[], %s::text[]) AS new
    ON CONFLICT (edition, key) DO UPDATE SET
        lease = excluded.lease, address = excluded.address, attempt = excluded.attempt, started = excluded.started,
        message_id = CASE excluded.message_id WHEN '' THEN old.message_id ELSE excluded.message_id END,
        transport = excluded.transport, variant = excluded.variant, state = excluded.state, origin = old.state
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
        first_attempt = CASE attempt WHEN 1 THEN r.time ELSE first_attempt END
    FROM unnest(
        %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::float8[], %s::float8[], %s::bool[], %s::text[]
    ) AS r (key, state, code, enhanced, reply, time, due, gave_up, warning), @found
    WHERE old.id = found.id AND CASE WHEN lease = %s THEN old.state IN @accept END
""")
ATTEMPT = """
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    )
    SELECT id, %s, attempt, state, code, enhanced, reply, started, time, r.seconds, warning, transport
    FROM unnest(%s::text[], %s::float8[]) WITH ORDINALITY AS r (key, seconds, place),
        LATERAL (SELECT * FROM recipients WHERE edition = %s AND key = r.key LIMIT 1) AS found
    ORDER BY place
"""
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
    WITH crashed AS (
        UPDATE recipients SET
            state = @>crash, code = 0, enhanced = '', reply = '', time = started, due = NULL, gave_up = false,
            warning = '', origin = NULL, attempts = attempt,
            first_attempt = CASE attempt WHEN 1 THEN started ELSE first_attempt END
        WHERE lease = ANY(%s) AND state IN @crash
            AND edition IN (SELECT id FROM editions WHERE ledger = %s)
        RETURNING *
    )
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    )
    SELECT id, NULL, attempt, state, 0, '', '', started, started, 0, '', transport FROM crashed ORDER BY id
""")
FIND = filled("UPDATE recipients SET state = @>find, time = %s WHERE edition = %s AND key = ANY(%s) AND state IN @find")
MISS = filled("UPDATE recipients SET state = @>miss, time = %s WHERE edition = %s AND key = ANY(%s) AND state IN @miss")
ADOPT = filled("""
    INSERT INTO recipients AS old (edition, reply, started, time, key, address, message_id, attempt, state)
    SELECT %s, %s, %s, %s, new.*, '', 0, @>adopt FROM unnest(%s::text[], %s::text[]) AS new
    ON CONFLICT (edition, key) DO UPDATE SET
        state = excluded.state, reply = excluded.reply, time = excluded.time,
        code = 0, enhanced = '', due = NULL, gave_up = false, warning = '', origin = NULL
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
    SELECT a.attempt, a.state, a.code, a.enhanced, a.reply, a.started, a.time, a.seconds, a.warning, a.run,
        coalesce((SELECT title FROM transports WHERE id = a.transport), '')
    FROM attempts AS a JOIN recipients AS r ON r.id = a.recipient
    WHERE r.edition = %s AND r.key = %s ORDER BY a.id
"""
# Of whom a run was to write to: who was tried, and who is counted in another state as it is.
TRIED = """
    SELECT count(*) FROM recipients WHERE edition = %s AND state != 'pending'
    AND (started >= %s OR state = 'deferred' OR (state = 'failed' AND gave_up))
"""
TRIED_SINCE = """
    SELECT trunc(a.started / %s)::bigint, count(*) FROM attempts AS a
    JOIN recipients AS r ON r.id = a.recipient JOIN editions AS e ON e.id = r.edition
    WHERE e.ledger = %s AND a.started > %s GROUP BY 1
"""
RUNS = """
    SELECT id, transport, to_send, started, ended, exit, sent, failed, deferred, in_doubt
    FROM runs WHERE edition = %s ORDER BY id
"""
