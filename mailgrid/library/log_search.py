"""LogSearch: what the log of the relay knows about messages of whom it is not known whether they arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mailgrid.ledger.states import State
from mailgrid.ledger.store import Attempt, Entry
from mailgrid.library.doubt import Doubt
from mailgrid.maillog.log_file import LogFile
from mailgrid.maillog.trace import Traces

__all__ = ["Findings", "search"]

#: A server may take a message so long after we wrote it: all its time limits together (RFC 5321, 4.5.3.2), twice.
_AFTER = 1800.0
#: And no longer before, as far as two clocks agree that are set by the network.
_CLOCKS = 300.0
_WITNESSES = 10_000
_HOUR = 3600.0


@dataclass(slots=True)
class Findings:
    """What became of the doubtful messages of one mailing, as the logs tell it.

    Args:
        arrived: the server has taken them.
        missing: it has not: the logs cover the time, and say nothing of them.
        unknown: the logs do not tell.
    """

    doubt: Doubt
    arrived: list[Entry] = field(default_factory=list)
    missing: list[Entry] = field(default_factory=list)
    unknown: list[Entry] = field(default_factory=list)


def search(doubts: Sequence[Doubt], logs: Iterable[LogFile]) -> list[Findings]:
    """Look for doubtful messages in the logs, read once for all of them.

    That a message is *missing* is said only where the logs are surely those of the server that it was written to, with
    a clock that agrees with ours: they have to know another message of the same mailing at the time at which the ledger
    has it as sent.

    Raises:
        UsageError: a log cannot be read.
    """
    witnesses = [_witnesses(doubt) for doubt in doubts]
    wanted = {entry.message_id for doubt in doubts for entry in doubt.entries}
    traces = Traces(wanted.union(*witnesses))
    known = traces.read(logs)
    findings = []
    for doubt, sent in zip(doubts, witnesses, strict=True):
        agreed = any(abs(known[name].time - time) <= _CLOCKS for name, time in sent.items() if name in known)
        found = Findings(doubt)
        for entry in doubt.entries:
            trace = known.get(entry.message_id)
            if trace is not None and trace.is_of(entry.address):
                found.arrived.append(entry)
            elif agreed and not traces.mentions(entry.message_id) and traces.covers(*_time_of(doubt, entry)):
                found.missing.append(entry)
            else:
                found.unknown.append(entry)
        findings.append(found)
    return findings


def _time_of(doubt: Doubt, entry: Entry) -> tuple[float, float]:
    """Return from when to when the server may have taken a message."""
    attempts = _doubtful(doubt, entry)
    return min(each.started for each in attempts) - _CLOCKS, max(each.time for each in attempts) + _AFTER


def _doubtful(doubt: Doubt, entry: Entry) -> list[Attempt]:
    return [each for each in doubt.store.attempts(entry.key) if each.state is State.IN_DOUBT]


def _witnesses(doubt: Doubt) -> dict[str, float]:
    """Return messages that were taken at about the time of the doubtful ones: Message-ID → when."""
    moments = [entry.time or 0.0 for entry in doubt.entries]
    if not moments:
        return {}
    begin, end = min(moments) - _HOUR, max(moments) + _HOUR
    sent = doubt.store.entries({State.SENT})
    near = ((each.message_id, each.time) for each in sent if each.time and begin <= each.time <= end)
    return dict(islice(near, _WITNESSES))
