"""Ports of 127.0.0.1 that nobody else takes in the meantime."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["dead_port", "free_port"]

#: Below what systems give to clients, and to whoever listens on port 0 (RFC 6335, section 6, leaves it to them).
_OURS = range(20_000, 32_000)
_CHANCE = random.SystemRandom()


def free_port() -> int:
    """Return a port for a server that does not choose one itself."""
    while True:
        port = _CHANCE.choice(_OURS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def dead_port() -> Iterator[int]:
    """Give a port at which every connection is refused: it is ours, and we do not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        yield port
