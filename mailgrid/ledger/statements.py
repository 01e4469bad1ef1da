"""The SQL of the ledger. The states in it are filled in from the table of transitions."""

import re
from functools import cache

from mailgrid.ledger.filling import filled as _filled

__all__ = [
    "ADOPT",
    "ATTEMPT",
    "ATTEMPTS",
    "COUNTS",
    "CRASH",
    "CRASH_ATTEMPT",
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

INTEND = _filled("""
    INSERT INTO recipients (edition, key, address, message_id, attempt, started, transport, variant, state, origin)
    VALUES @rows(?, ?, ?, ?, ?, ?, ?, ?, @>intend, 'pending')
    ON CONFLICT (edition, key) DO UPDATE SET
        address = excluded.address, attempt = excluded.attempt, started = excluded.started,
        message_id = CASE excluded.message_id WHEN '' THEN message_id ELSE excluded.message_id END,
        transport = excluded.transport, variant = excluded.variant, state = excluded.state, origin = state
    WHERE state IN @intend
""")
# `accept` stands for all results that count as an attempt: they may happen in the same states.
RESULT = _filled("""
    UPDATE recipients SET
        state = r.state, code = r.code, enhanced = r.enhanced, reply = r.reply, time = r.time, due = r.due,
        gave_up = r.gave_up, warning = r.warning, origin = NULL, attempts = attempt,
        first_attempt = CASE attempt WHEN 1 THEN r.time ELSE first_attempt END
    FROM (
        SELECT
            column1 AS edition, column2 AS key, column3 AS state, column4 AS code, column5 AS enhanced,
            column6 AS reply, column7 AS time, column8 AS due, column9 AS gave_up, column10 AS warning
        FROM (VALUES @rows(?, ?, ?, ?, ?, ?, ?, ?, ?, ?))
    ) AS r
    WHERE recipients.edition = r.edition AND recipients.key = r.key AND recipients.state IN @accept
""")
ATTEMPT = """
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    )
    SELECT id, column3, attempt, state, code, enhanced, reply, started, time, column4, warning, transport
    FROM (VALUES @rows(?, ?, ?, ?)) CROSS JOIN recipients ON edition = column1 AND key = column2
"""
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
CRASH_ATTEMPT = _filled("""
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    )
    SELECT id, NULL, attempt, @>crash, 0, '', '', started, started, 0, '', transport
    FROM recipients WHERE state IN @crash
""")
CRASH = _filled("""
    UPDATE recipients SET
        state = @>crash, code = 0, enhanced = '', reply = '', time = started, due = NULL, gave_up = 0, warning = '',
        origin = NULL, attempts = attempt, first_attempt = CASE attempt WHEN 1 THEN started ELSE first_attempt END
    WHERE state IN @crash
""")
FIND = _filled("UPDATE recipients SET state = @>find, time = ? WHERE edition = ? AND key = ? AND state IN @find")
MISS = _filled("UPDATE recipients SET state = @>miss, time = ? WHERE edition = ? AND key = ? AND state IN @miss")
ADOPT = _filled("""
    INSERT INTO recipients (edition, key, address, reply, started, time, message_id, attempt, state)
    VALUES (?, ?, ?, ?, ?, ?, '', 0, @>adopt)
    ON CONFLICT (edition, key) DO UPDATE SET
        state = excluded.state, reply = excluded.reply, time = excluded.time,
        code = 0, enhanced = '', due = NULL, gave_up = 0, warning = '', origin = NULL
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
    SELECT a.attempt, a.state, a.code, a.enhanced, a.reply, a.started, a.time, a.seconds, a.warning, a.run,
        coalesce((SELECT title FROM transports WHERE id = a.transport), '')
    FROM attempts AS a JOIN recipients AS r ON r.id = a.recipient
    WHERE r.edition = ? AND r.key = ? ORDER BY a.id
"""
# Of whom a run was to write to: who was tried, and who is counted in another state as it is.
TRIED = """
    SELECT count(*) FROM recipients WHERE +edition = ? AND state != 'pending'
    AND (started >= ? OR state = 'deferred' OR (state = 'failed' AND gave_up))
"""
TRIED_SINCE = "SELECT cast(started / ? AS INTEGER), count(*) FROM attempts WHERE started > ? GROUP BY 1"
TRANSPORT = "SELECT id FROM transports WHERE title = ?"
NEW_TRANSPORT = "INSERT INTO transports (title) VALUES (?)"
RUNS = """
    SELECT id, transport, to_send, started, ended, exit, sent, failed, deferred, in_doubt
    FROM runs WHERE edition = ? ORDER BY id
"""
