"""Headers: which ones a campaign may add (RFC 5322, sections 2.2 and 3.6)."""

import re

from mailgrid.language.campaign import Header
from mailgrid.language.diagnostics import Diagnostics, Note

__all__ = ["check_headers"]

# RFC 5322, section 3.6.8: printable ASCII but for the colon.
_NAME = re.compile(r"[!-9;-~]+")

# Those that are written from the settings, each with what to write instead.
_WRITTEN = {
    "from": "from",
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "reply-to": "reply_to",
    "subject": "subject",
}
_OWN = frozenset({"date", "message-id", "mime-version", "sender", "return-path", "received", "dkim-signature"})


def check_headers(headers: tuple[Header, ...], diagnostics: Diagnostics) -> None:
    """Report names that are none, that Mailgrid writes itself, or that come twice, which case does not change."""
    seen: dict[str, Header] = {}
    for header in headers:
        name = header.name.value.casefold()
        if not _NAME.fullmatch(header.name.value):
            diagnostics.add("MG219", header.name.span, found=header.name.value)
        elif name in _OWN or name in _WRITTEN or name.startswith("content-"):
            hint = f"write `{_WRITTEN[name]} ...`" if name in _WRITTEN else "leave it out"
            diagnostics.add("MG218", header.name.span, found=header.name.value, suggestion=hint)
        elif name in seen:
            note = Note("first set here", seen[name].name.span)
            diagnostics.add("MG203", header.name.span, notes=(note,), found=f"header {header.name.value}")
        seen.setdefault(name, header)
