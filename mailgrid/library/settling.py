"""Settling: what `settle_from` in `mailgrid.toml` does before each plan: ask the relay's log about those in doubt."""

from mailgrid.errors import Refused
from mailgrid.library.loading import Loaded
from mailgrid.planning.plan import Plan

__all__ = ["settle"]


def settle(loaded: Loaded, plan: Plan, now: float) -> int:
    """Record as sent whom the relay's logs know of those who are in doubt, and return how many.

    That somebody does not have it is never recorded so, whatever the logs say.

    Args:
        loaded: the file, whose project says where the logs are.
        plan: the campaign, which may have had other names.
        now: the time, in seconds since 1970.

    Raises:
        UsageError: somebody is in doubt, and a log cannot be read.
        LedgerError: the ledger cannot be read or written.
    """
    logs = loaded.world.project.settle_from
    if not logs:
        return 0
    from mailgrid.library.doubt import doubts
    from mailgrid.library.log_search import search
    from mailgrid.maillog.log_file import LogFile

    known = {name for name, rehearsal in loaded.ledger.campaigns() if not rehearsal}
    try:
        with doubts(loaded.ledger, [name for name in (plan.name, *plan.former) if name in known]) as found:
            if not any(doubt.entries for doubt in found):
                return 0
            findings = search(found, [LogFile(path) for path in logs])
            return sum(each.doubt.settle(each.arrived, sent=True, now=now) for each in findings)
    except Refused:  # a run is under way: nothing is settled behind its back
        return 0
