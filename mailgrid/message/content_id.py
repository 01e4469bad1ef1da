"""Content-ID: what a picture inside a message is called, so that its HTML can show it (RFC 2392)."""

import re
from collections.abc import Iterator

__all__ = ["content_id", "shown", "with_ids"]

#: `cid:logo` where HTML or CSS names a picture, but no identifier that is complete already.
_SHOWN = re.compile(r"""(?<=["'(=\s])cid:([A-Za-z_][\w-]*)(?![\w@.-])""", re.IGNORECASE)


def content_id(name: str, seed: str) -> str:
    """Return an identifier for a name. It has an `@`, for it is one of those that messages have (RFC 2045, 7)."""
    return f"{name}@{seed}.inline"


def shown(html: str) -> Iterator[tuple[str, int]]:
    """Yield each name that HTML shows as `cid:name`, and where."""
    for match in _SHOWN.finditer(html):
        yield match[1], match.start()


def with_ids(html: str, seed: str) -> str:
    """Return HTML whose `cid:name` are complete."""
    return _SHOWN.sub(lambda match: f"cid:{content_id(match[1], seed)}", html)
