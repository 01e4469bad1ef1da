"""Which saved plans were carried out: a finished one never is again."""

import sqlite3

from mailgrid.value import value

__all__ = ["TABLE", "PlanUse", "begin", "finish", "use"]

#: It came later than the others, so a ledger may be without it until it is written to.
TABLE = """
CREATE TABLE IF NOT EXISTS plans (
    id TEXT PRIMARY KEY,
    started REAL NOT NULL,
    finished REAL,
    by TEXT NOT NULL
);
"""


@value
class PlanUse:
    """That a saved plan was carried out: `by` whom, when it `started`, and when it `finished` (None: not yet)."""

    plan: str
    started: float
    finished: float | None
    by: str


def use(connection: sqlite3.Connection, plan: str) -> PlanUse | None:
    """Return what is known about a plan; None where it was never begun."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'plans'").fetchone() is None:
        return None
    row = connection.execute("SELECT id, started, finished, by FROM plans WHERE id = ?", (plan,)).fetchone()
    return PlanUse(*row) if row else None


def begin(connection: sqlite3.Connection, plan: str, by: str, now: float) -> None:
    """Note that a plan is carried out; one that goes on keeps when it began."""
    sql = "INSERT INTO plans (id, started, by) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET by = excluded.by"
    connection.execute(sql, (plan, now, by))


def finish(connection: sqlite3.Connection, plan: str, now: float) -> None:
    """Note that nothing of a plan is left to do."""
    connection.execute("UPDATE plans SET finished = ? WHERE id = ? AND finished IS NULL", (now, plan))
