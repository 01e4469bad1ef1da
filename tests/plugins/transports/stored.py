"""Read a Maildir back as what was sent."""

from pathlib import Path


def contents(maildir: Path) -> list[bytes]:
    """The messages without the two lines of their envelope, with CRLF line ends."""
    files = [file.read_bytes() for file in (maildir / "new").iterdir()]
    return [content.split(b"\n", 2)[2].replace(b"\n", b"\r\n") for content in files]
