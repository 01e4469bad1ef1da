"""Lines of an Exim main log, behind the stamp.

1xVse0-0002sX-04 <= hello@acme.example H=... P=esmtp S=303 id=3e2e9261@acme.example
1xVse0-0002sX-04 => ann <ann@mail.example> R=dnslookup T=remote_smtp H=mx.mail.example [192.0.2.1] C="250 OK"
1xVse0-0002sX-04 ** bob@mail.example R=dnslookup T=remote_smtp H=...: SMTP error from remote ...: 550 5.1.1 no
1xVse0-0002sX-04 == cleo@mail.example R=dnslookup T=remote_smtp defer (-44): SMTP error from remote ...: 450 no
1xVse0-0002sX-04 Completed

The queue id joins the lines of one message; `id=` is its Message-ID, without brackets.
"""

import re

from mailgrid.maillog.log_entry import Kind, LogEntry

__all__ = ["read"]

# Queue ids have grown with Exim 4.97.
_LINE = re.compile(r"(?:\[\d+\] )?(\w{6}-\w{6}-\w{2}|\w{6}-\w{11}-\w{4}) (Completed|<=|=>|->|>>|\*\*|==)(.*)", re.ASCII)
_NAME = re.compile(r" id=([^<>\s]+@[^<>\s]+)(?: |\Z)")
_RECIPIENT = re.compile(r" ([^\s<>:]+)(?: <([^<>]+)>)?")
_TEXT = re.compile(r"(?:SMTP error from remote [\w ]+ after [^:]*(?::<[^>]*>)?[^:]*: )?(.*)", re.DOTALL)
_CODE = re.compile(r"\b[45]\d\d[ -]([45]\.\d{1,3}\.\d{1,3})\b")
_KINDS = {
    "=>": Kind.DELIVERED,
    "->": Kind.DELIVERED,
    ">>": Kind.DELIVERED,
    "==": Kind.DEFERRED,
    "**": Kind.BOUNCED,
}


def read(line: str) -> LogEntry | None:
    """Return what a line says about a message; None where it says nothing of the kind."""
    found = _LINE.match(line)
    if found is None:
        return None
    queue, mark, words = found.groups()
    if mark == "Completed":
        return LogEntry(queue, Kind.ENDED)
    if mark == "<=":
        name = _NAME.search(words)
        return LogEntry(queue, Kind.TAKEN, f"<{name[1]}>" if name else "")
    return _outcome(queue, _KINDS[mark], words)


def _outcome(queue: str, kind: Kind, words: str) -> LogEntry | None:
    recipient = _RECIPIENT.match(words)
    if recipient is None:
        return None
    recipients = tuple(address for address in recipient.groups() if address and "@" in address)
    if kind is Kind.DELIVERED:
        return LogEntry(queue, kind, "", recipients)
    text = words[recipient.end() :].partition(": ")[2]
    code = _CODE.search(text)
    return LogEntry(queue, kind, "", recipients, code[1] if code else "", _said(text))


def _said(text: str) -> str:
    """Return the far side's own words, behind Exim's."""
    found = _TEXT.match(text)
    return found[1] if found else text
