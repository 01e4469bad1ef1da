"""Traces: what the logs of a server know about messages that are known by their Message-ID."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from mailgrid.maillog.log_entry import Kind, LogEntry
from mailgrid.maillog.log_file import LogFile

__all__ = ["Trace", "Traces"]

#: A file goes on where another one ends, if there is no more between them than this, in seconds.
_GAP = 600.0


@dataclass(slots=True)
class Trace:
    """What is known about one Message-ID: when the server took it first, and the addresses that it was for."""

    time: float
    recipients: set[str] = field(default_factory=set)

    def is_of(self, address: str) -> bool:
        """Tell whether it was taken for this address, as far as the log says for whom it was."""
        return not self.recipients or address.casefold() in self.recipients


class Traces:
    """Reads logs, and keeps what they say about the messages that are asked for.

    Args:
        wanted: Message-IDs, with their angle brackets. Only these are kept in memory.
    """

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._found: dict[str, Trace] = {}
        self._mentioned: set[str] = set()
        self._spans: list[tuple[float, float]] = []

    def read(self, logs: Iterable[LogFile]) -> Mapping[str, Trace]:
        """Read logs to their ends, and return what is known about each message that was taken.

        Raises:
            UsageError: one cannot be read.
        """
        for log in logs:
            self._follow(log)
            if log.begins is not None and log.ends is not None:
                self._spans.append((log.begins, log.ends))
        return self._found

    def mentions(self, message_id: str) -> bool:
        """Tell whether a message was seen at all, taken or not."""
        return message_id in self._mentioned

    def covers(self, begin: float, end: float) -> bool:
        """Tell whether the logs reach without a gap from one moment to another, in seconds since 1970."""
        spans: list[tuple[float, float]] = []
        for first, last in sorted(self._spans):
            if spans and first <= spans[-1][1] + _GAP:
                spans[-1] = (spans[-1][0], max(spans[-1][1], last))
            else:
                spans.append((first, last))
        return any(first <= begin and end <= last for first, last in spans)

    def _follow(self, entries: Iterable[LogEntry]) -> None:
        """Join the lines of each message. A queue id may be used again once its message has ended."""
        names: dict[str, str] = {}
        for entry in entries:
            if entry.message_id and entry.message_id in self._wanted:
                names[entry.queue] = entry.message_id
                self._mentioned.add(entry.message_id)
            name = names.get(entry.queue)
            if name is None:
                continue
            if entry.kind is Kind.ENDED or (entry.kind is Kind.NAMED and entry.message_id != name):
                del names[entry.queue]
            elif entry.kind is not Kind.NAMED:
                trace = self._found.setdefault(name, Trace(entry.time))
                trace.time = min(trace.time, entry.time)
                trace.recipients.update(address.casefold() for address in entry.recipients)
