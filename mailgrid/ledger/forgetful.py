"""Forgetful: a ledger that keeps nothing, to find out what keeping costs. Whoever uses it is written to again."""

from collections.abc import Sequence

from mailgrid.hookspecs import Counts
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.store import Intent, Result

__all__ = ["ForgetfulStore"]


class ForgetfulStore(SqliteStore):
    """An empty ledger that takes whatever it is told and writes none of it down; `id` is empty."""

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        """Forget intents and results."""

    def recover(self) -> int:
        """There is nothing to recover."""
        return 0

    def adopt(self, people: Sequence[tuple[str, str]], source: str, now: float) -> None:
        """Forget who got a campaign under another name."""

    def begin_run(self, transport: str, to_send: int, now: float) -> int:
        """Forget that an `apply` begins; it has no number."""
        del transport, to_send, now
        return 0

    def end_run(self, run: int, counts: Counts, exit_code: int, now: float) -> None:
        """Forget how an `apply` ended."""

    def begin_plan(self, plan: str, by: str, now: float) -> None:
        """Forget that a saved plan is carried out."""

    def finish_plan(self, plan: str, now: float) -> None:
        """Forget that it is done."""
