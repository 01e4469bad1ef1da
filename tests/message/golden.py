"""Writes one message with the serialiser alone, which Python and pluggy are enough for.

`python -m tests.message.golden` prints it.
"""

import sys
from datetime import datetime, timedelta, timezone

from mailgrid.message import headers, lint
from mailgrid.message.address import Address
from mailgrid.message.mime import Alternative, seed_of

__all__ = ["message"]


def message() -> bytes:
    """Return a message with all that is hard: letters, emoji, long words and lines, quotes, dots, several addresses."""
    moment = datetime(2026, 5, 1, 9, 30, 15, 999_999, timezone(timedelta(hours=5, minutes=30)))
    sender = Address("Grüße, Acme & Söhne", "news", "example.com")
    people = [Address(f"Person {number}", f"p{number}", "example.org") for number in range(9)]
    url = "https://example.com/" + "x" * 300
    text = "\u65e5\u672c\u8a9e " * 30 + "\n.\n..\nFrom me\n" + "long " * 300 + "\x85\u2028end"
    content = b"".join(
        (
            headers.date(moment),
            headers.mailboxes("From", [sender]),
            headers.mailboxes("To", [Address('Quo"ted\\', "fay", "example.org")]),
            headers.mailboxes("Cc", people),
            headers.unstructured("Subject", "\U0001f600 Hei\u00df, 30 % off \u2013 " + "\u65e5\u672c\u8a9e" * 20),
            b"Message-ID: <1@example.com>\r\n",
            headers.structured("List-Unsubscribe", f"<{url}>, <mailto:leave@example.com>"),
            headers.named("List-Id", "Caf\u00e9 news", "news.example.com"),
            headers.unstructured("X-Long", "word " * 60),
            Alternative(seed_of("golden"))(text, f"<p>caf\u00e9 &amp; {url}</p>"),
        )
    )
    lint.check(content)
    return content


if __name__ == "__main__":
    sys.stdout.buffer.write(message())
