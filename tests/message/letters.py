"""Small campaigns and people to try the room with, and what two other programs read in a message."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from mailgrid.hookspecs import Message, Recipient
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.message.spec import Choice

NOW = datetime(2026, 5, 1, 9, 30, 15, 250_000, UTC)


def renderer(**settings: Any) -> Renderer:
    """Compile a campaign: texts by the name of their setting, lists of them for `cc` and `bcc`, pairs for `headers`."""
    spec: dict[str, Any] = {"campaign": "welcome", "clock": lambda: NOW, "template_now": NOW}
    texts = {"sender": "Acme <news@example.com>", "to": "{{ email }}", "subject": "News", **settings}
    if not {"html", "text"} & texts.keys():
        texts["text"] = "Hello {{ name }}"
    for name, value in texts.items():
        if isinstance(value, Choice | Words):
            spec[name] = value
        elif name in {"sender", "to", "subject", "reply_to", "return_path", "html", "preheader"} or (
            name == "text" and value is not None
        ):
            spec[name] = Words(value, name)
        elif name in {"cc", "bcc"}:
            spec[name] = tuple(Words(text, name) for text in value)
        elif name == "headers":
            spec[name] = tuple((header, Words(text, f"header {header}")) for header, text in value)
        else:
            spec[name] = value
    return Renderer(Spec(**spec))


def person(address: str = "fay@example.org", fields: Mapping[str, object] | None = None, **more: Any) -> Recipient:
    cells = {"email": address, "name": "Fay", **(fields or {}), **more}
    return Recipient(key=address, address=address, fields=cells)


def write(recipient: Recipient | None = None, **settings: Any) -> Message:
    return renderer(**settings)(recipient or person())


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(content: bytes, kind: str) -> str:
    """Return the decoded text of a part, with LF for line ends."""
    found = parsed(content).get_body((kind,))
    assert isinstance(found, EmailMessage)
    text = found.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")
