"""What goes with a message beside its texts, for people and for programs."""

from email.message import EmailMessage
from typing import Any

from mailgrid.cli.screen import clean

__all__ = ["enclosed", "enclosed_line"]

_UNITS = ((1_000_000, "MB"), (1_000, "kB"))


def enclosed(message: EmailMessage) -> list[dict[str, Any]]:
    """Return the files and pictures of a message: `name`, `type`, `bytes`, and `cid` of what the HTML shows."""
    return [_told(part) for part in message.walk() if part.get_content_disposition() in {"attachment", "inline"}]


def _told(part: EmailMessage) -> dict[str, Any]:
    content = part.get_payload(decode=True)
    cid = str(part.get("Content-ID", "")).strip("<>").partition("@")[0]
    return {
        "name": part.get_filename() or "",
        "type": part.get_content_type(),
        "bytes": len(content) if isinstance(content, bytes) else 0,
        "cid": cid or None,
    }


def enclosed_line(told: dict[str, Any]) -> str:
    """Return one of them as a line."""
    what = f"shown as cid:{told['cid']}" if told["cid"] else "attached"
    return clean(f"{what}: {told['name']} ({told['type']}, {_size(told['bytes'])})")


def _size(octets: int) -> str:
    unit = next(((size, name) for size, name in _UNITS if octets >= size), None)
    return f"{octets / unit[0]:.1f} {unit[1]}" if unit else f"{octets} bytes"
