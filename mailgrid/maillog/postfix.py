"""Lines of a Postfix log, behind the stamp and the host.

postfix/cleanup[11009]: B78CF22C02A: message-id=<3e2e9261@acme.example>
postfix/qmgr[11002]: B78CF22C02A: from=<hello@acme.example>, size=295, nrcpt=1 (queue active)
postfix/smtp[11012]: B78CF22C02A: to=<ann@mail.example>, relay=..., dsn=5.1.1, status=bounced (host ... said: ...)
postfix/qmgr[11002]: B78CF22C02A: removed

The queue id joins the lines of one message. `message-id` is written before it is taken, `queue active` afterwards.
"""

import re

from mailgrid.maillog.log_entry import Kind, LogEntry

__all__ = ["read"]

_LINE = re.compile(r"postfix[\w.-]*/(?:[\w.-]+/)*[\w.-]+\[\d+\]: ([0-9A-Za-z]{5,30}): (.*)")
_NAME = re.compile(r"message-id=(<[^<>\s]+>)\s*\Z")
_TAKEN = re.compile(r"from=<.*>, size=\d+, nrcpt=\d+ \(queue active\)")
_OUTCOME = re.compile(
    r"to=<([^<>]*)>, (?:orig_to=<([^<>]*)>, )?relay=.*?, dsn=(\d\.\d{1,3}\.\d{1,3}), status=(\w+) \((.*)\)\s*\Z"
)
_KINDS = {"sent": Kind.DELIVERED, "deferred": Kind.DEFERRED, "bounced": Kind.BOUNCED}


def read(line: str) -> LogEntry | None:
    """Return what a line says about a message; None where it says nothing of the kind."""
    found = _LINE.match(line)
    if found is None:
        return None
    queue, words = found.groups()
    if name := _NAME.match(words):
        return LogEntry(queue, Kind.NAMED, name[1])
    if _TAKEN.match(words):
        return LogEntry(queue, Kind.TAKEN)
    if words == "removed":
        return LogEntry(queue, Kind.ENDED)
    if (outcome := _OUTCOME.match(words)) and (kind := _KINDS.get(outcome[4])):
        recipients = tuple(address for address in (outcome[1], outcome[2]) if address)
        return LogEntry(queue, kind, "", recipients, outcome[3], outcome[5])
    return None
