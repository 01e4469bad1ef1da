"""How many rows a second one core asks a condition: `python -m tests.benchmarks.where`."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from mailgrid.hookspecs import Column
from mailgrid.language.expressions import Scope, compile_where
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text

ROWS = 500_000
TIMES = 3
COLUMNS = ("email", "active", "country", "plan", "age", "signup", "balance")
CONDITIONS = (
    'active and country = "FR" and (plan = "pro" or plan = "team")',
    'active and country in ("FR", "BE") and age >= 18',
    "age >= 18 and balance > 100 and signup after 2026-01-01",
    'domain(email) = "acme.com" and days_since(signup) < 30 and not plan contains "free" ignoring case',
)


def main() -> None:
    """Print one line a condition."""
    chance = random.Random(1)
    rows = [_row(chance, number) for number in range(ROWS)]
    for condition in CONDITIONS:
        seconds, matched = _measure(condition, rows)
        print(f"{ROWS / seconds:12,.0f} rows/s  {matched:7,} of {ROWS:,} match  {condition}")


def _measure(condition: str, rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    tree, _diagnostics = parse_condition(Text("where", condition))
    scope = Scope(
        columns=[Column(name=name) for name in COLUMNS],
        complete=True,
        source="users.csv",
        now=datetime(2026, 5, 1, 12, tzinfo=UTC),
        zone=UTC,
    )
    match = compile_where(tree, scope).match
    assert match is not None
    ask = match.bind(COLUMNS)
    best, matched = float("inf"), 0
    for _attempt in range(TIMES):
        start = time.perf_counter()
        matched = sum(1 for row in rows if ask(row))
        best = min(best, time.perf_counter() - start)
    return best, matched


def _row(chance: random.Random, number: int) -> list[str]:
    return [
        f"user{number}@{chance.choice(('acme.com', 'example.com', 'Example.ORG'))}",
        chance.choice(("yes", "no", "true", "")),
        chance.choice(("FR", "DE", "BE", " FR")),
        chance.choice(("pro", "team", "free")),
        str(chance.randrange(100)),
        f"2026-{chance.randrange(1, 5):02}-{chance.randrange(1, 29):02}",
        f"{chance.randrange(-50_000, 50_000) / 100:.2f}",
    ]


if __name__ == "__main__":
    main()
