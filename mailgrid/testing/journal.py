"""What has come to the scripted server."""

import time
from dataclasses import dataclass, field

__all__ = ["Journal", "Received"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that the server has taken, byte for byte, dots unstuffed.

    `connection` counts from 1; `parameters` are what followed the sender in MAIL; `tls` and `user` say how it came;
    `moment` is when it was taken, in seconds of `time.monotonic()`, and does not take part in comparing.
    """

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    connection: int = 1
    parameters: tuple[str, ...] = ()
    tls: bool = False
    user: str = ""
    moment: float = field(default_factory=time.monotonic, compare=False)


@dataclass(frozen=True, slots=True)
class Journal:
    """Messages that were taken, every line of every client, without contents, and all that came, as it came."""

    messages: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    segments: list[bytes] = field(default_factory=list)
