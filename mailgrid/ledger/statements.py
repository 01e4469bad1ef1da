"""The SQL of the ledger. The states in it are filled in from the table of transitions."""

import re
from functools import cache

from mailgrid.ledger.filling import filled as _filled

__all__ = [
    "ADOPT",
    "ATTEMPTS",
    "COUNTS",
    "CRASH",
    "ENTRIES_IN_STATES",
    "ENTRIES_OF_ADDRESS",
    "ENTRIES_OF_KEYS",
    "FIND",
    "FORGET",
    "INTEND",
    "MISS",
    "NEW_TRANSPORT",
    "RESTORE",
    "RESULT",
    "RUNS",
    "SPARE",
    "SUPPRESS",
    "TRANSPORT",
    "TRIED",
    "TRIED_SINCE",
    "with_keys",
    "with_rows",
]


@cache
def with_keys(sql: str, count: int) -> str:
    """Return `sql` with `count` placeholders for its `@keys`."""
    return sql.replace("@keys", ", ".join("?" * count))


@cache
def with_rows(sql: str, count: int) -> str:
    """Return `sql` for `count` rows at once: with as many of what stands in its `@rows( )`."""
    return re.sub(r"@rows(\([^)]*\))", lambda row: ", ".join([row[1]] * count), sql)


# ---- writing: each changes nothing where the table of transitions does not allow it -----------------------------
# What writes over an attempt that ended (its `started` or its `time`) leaves the row `filed`, see `schema`.

INTEND = _filled("""
    INSERT INTO recipients (edition, key, address, message_id, attempt, started, transport, variant, state, origin)
    VALUES @rows(?, ?, ?, ?, ?, ?, ?, ?, @>intend, 'pending')
    ON CONFLICT (edition, key) DO UPDATE SET
        address = excluded.address, attempt = excluded.attempt, started = excluded.started,
        message_id = CASE excluded.message_id WHEN '' THEN message_id ELSE excluded.message_id END,
        transport = excluded.transport, variant = excluded.variant, state = excluded.state, origin = state,
        filed = 1
    WHERE state IN @intend
""")
# `accept` stands for all results that count as an attempt: they may happen in the same states.
RESULT = _filled("""
    UPDATE recipients SET
        state = r.state, code = r.code, enhanced = r.enhanced, reply = r.reply, time = r.time, due = r.due,
        gave_up = r.gave_up, warning = r.warning, origin = NULL, attempts = attempt,
        first_attempt = CASE attempt WHEN 1 THEN r.time ELSE first_attempt END, run = r.run, seconds = r.seconds,
        filed = 0
    FROM (
        SELECT
            column1 AS edition, column2 AS key, column3 AS state, column4 AS code, column5 AS enhanced,
            column6 AS reply, column7 AS time, column8 AS due, column9 AS gave_up, column10 AS warning,
            column11 AS run, column12 AS seconds
        FROM (VALUES @rows(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))
    ) AS r
    WHERE recipients.edition = r.edition AND recipients.key = r.key AND recipients.state IN @accept
""")
SPARE = _filled("""
    UPDATE recipients SET state = origin, origin = NULL
    WHERE edition = ? AND key = ? AND state IN @suppress AND origin IN @kept
""")
SUPPRESS = _filled("""
    UPDATE recipients SET state = @>suppress, time = ?, warning = ?, due = NULL, gave_up = 0, origin = NULL
    WHERE edition = ? AND key = ? AND state IN @suppress
""")
FORGET = _filled("""
    DELETE FROM recipients
    WHERE edition = ? AND key = ? AND state IN @withdraw AND origin = 'pending' AND attempts = 0
""")
RESTORE = _filled("""
    UPDATE recipients SET state = origin, origin = NULL WHERE edition = ? AND key = ? AND state IN @withdraw
""")
CRASH = _filled("""
    UPDATE recipients SET
        state = @>crash, code = 0, enhanced = '', reply = '', time = started, due = NULL, gave_up = 0, warning = '',
        origin = NULL, attempts = attempt, first_attempt = CASE attempt WHEN 1 THEN started ELSE first_attempt END,
        run = NULL, seconds = 0, filed = 0
    WHERE state IN @crash
""")
_SETTLE = "UPDATE recipients SET state = @>{0}, time = ?, filed = 1 WHERE edition = ? AND key = ? AND state IN @{0}"
FIND = _filled(_SETTLE.format("find"))
MISS = _filled(_SETTLE.format("miss"))
ADOPT = _filled("""
    INSERT INTO recipients (edition, key, address, reply, started, time, message_id, attempt, state)
    VALUES (?, ?, ?, ?, ?, ?, '', 0, @>adopt)
    ON CONFLICT (edition, key) DO UPDATE SET
        state = excluded.state, reply = excluded.reply, time = excluded.time,
        code = 0, enhanced = '', due = NULL, gave_up = 0, warning = '', origin = NULL, filed = 1
    WHERE state IN @adopt
""")

# ---- reading: columns in the order of the values' fields --------------------------------------------------------

_ENTRIES = """
    SELECT key, address, state, attempts, first_attempt, due, gave_up, code, enhanced, reply, message_id, time, warning,
        coalesce((SELECT title FROM transports WHERE id = transport), ''), variant
    FROM recipients
"""
# `+edition` keeps SQLite from going through everybody by way of the index on (edition, key), in the order of their
# keys: ten times slower than going through the table.
ENTRIES_OF_KEYS = f"{_ENTRIES} WHERE edition = ? AND key IN (@keys)"
ENTRIES_IN_STATES = f"{_ENTRIES} WHERE +edition = ? AND state IN (@keys) ORDER BY id"
ENTRIES_OF_ADDRESS = f"{_ENTRIES} WHERE +edition = ? AND (key = ? OR address = ? COLLATE NOCASE) ORDER BY id"
COUNTS = "SELECT state, count(*) FROM recipients WHERE +edition = ? GROUP BY state"
ATTEMPTS = """
    WITH who AS (SELECT * FROM recipients WHERE edition = ? AND key = ?), ended AS (
        SELECT id AS place, attempt, state, code, enhanced, reply, started, time, seconds, warning, run, transport
        FROM attempts WHERE recipient = (SELECT id FROM who)
        UNION ALL
        SELECT NULL, attempts, state, code, enhanced, reply, started, time, seconds, warning, run, transport
        FROM who WHERE attempts > 0 AND NOT filed
    )
    SELECT attempt, state, code, enhanced, reply, started, time, seconds, warning, run,
        coalesce((SELECT title FROM transports WHERE id = transport), '')
    FROM ended ORDER BY place IS NULL, place
"""
# Of whom a run was to write to: who was tried, and who is counted in another state as it is.
TRIED = """
    SELECT count(*) FROM recipients WHERE +edition = ? AND state != 'pending'
    AND (started >= ? OR state = 'deferred' OR (state = 'failed' AND gave_up))
"""
TRIED_SINCE = """
    WITH ended AS (
        SELECT started FROM attempts UNION ALL SELECT started FROM recipients WHERE attempts > 0 AND NOT filed
    )
    SELECT cast(started / ? AS INTEGER), count(*) FROM ended WHERE started > ? GROUP BY 1
"""
TRANSPORT = "SELECT id FROM transports WHERE title = ?"
NEW_TRANSPORT = "INSERT INTO transports (title) VALUES (?)"
RUNS = """
    SELECT id, transport, to_send, started, ended, exit, sent, failed, deferred, in_doubt
    FROM runs WHERE edition = ? ORDER BY id
"""
