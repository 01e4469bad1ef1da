"""One click: do what a mailbox provider does when somebody presses "unsubscribe" (RFC 8058, 3.2)."""

import re
from contextlib import closing
from email import message_from_bytes, policy
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit, urlunsplit

from mailgrid.doctor.finding import Finding, Level

__all__ = ["press", "unsubscribe_link"]

_LINK = re.compile(r"<(https?://[^<>\s]+)>", re.IGNORECASE)
_SECONDS = 20.0
_RULE = "https://www.rfc-editor.org/rfc/rfc8058#section-3.2"
_HTTPS_RULE = "https://www.rfc-editor.org/rfc/rfc8058#section-3.1"
_TAKEN = range(200, 300)


def unsubscribe_link(content: bytes) -> str:
    """Return the link of a message's List-Unsubscribe; empty where it has none."""
    header = str(message_from_bytes(content, policy=policy.default)["List-Unsubscribe"] or "")
    found = _LINK.search(header)
    return found[1] if found else ""


def press(link: str) -> Finding:
    """Really unsubscribe whoever the link is for: a POST without cookies or a login, and no redirect is followed."""
    why = "a provider counts a way out that does not work as none"
    if not link:
        mend = "say where people leave: unsubscribe ..."
        return Finding("one click", Level.ERROR, "the message has no link to unsubscribe", why, mend, _RULE)
    if not link.lower().startswith("https://"):
        what = "the link to unsubscribe does not begin with https://, so no provider takes the click"
        return Finding("one click", Level.ERROR, what, why, "write https://", _HTTPS_RULE)
    try:
        status = _post(link)
    except (HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        mend = "see that it runs, and that everybody can reach it"
        return Finding("one click", Level.ERROR, f"the endpoint does not answer: {reason}", why, mend, _RULE)
    if status in _TAKEN:
        return Finding("one click", Level.OK, f"the endpoint took the click ({status})")
    mend = "answer such a POST with 200, without a redirect, a cookie or a login"
    return Finding("one click", Level.ERROR, f"the endpoint answers a click with {status}", why, mend, _RULE)


def _post(link: str) -> int:
    """Return the status of the answer."""
    place = urlsplit(link)
    with closing(HTTPSConnection(place.hostname or "", place.port, timeout=_SECONDS)) as connection:
        target = urlunsplit(("", "", place.path or "/", place.query, ""))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", target, b"List-Unsubscribe=One-Click", form)
        return connection.getresponse().status
