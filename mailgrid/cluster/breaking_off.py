"""Breaking off: a run ends when so much fails as its campaign's `stop after` says, whoever looks after it."""

from mailgrid.cluster.chunks import Counted
from mailgrid.planning.plan import StopRule

__all__ = ["broken_off"]


def broken_off(rule: StopRule | None, counted: Counted) -> str | None:
    """Return why a run is to end; None where it may go on.

    Args:
        rule: the campaign's; None: it has none.
        counted: what became of people so far, on all hosts.
    """
    failed, tried = counted.failed, counted.sent + counted.failed + counted.in_doubt
    if rule is None or not rule.is_reached(failed, tried):
        return None
    return f"stopped after {failed} failures, as `stop after` says"
