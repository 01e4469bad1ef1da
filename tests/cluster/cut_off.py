"""A host behind a cable that can be pulled: a network namespace of its own, joined to ours by a pair of interfaces."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

__all__ = ["Cable", "cable", "can_cut"]

#: Two runs on one machine have networks of their own.
_NETWORK = f"10.213.{os.getpid() % 250}"
_OURS, _THEIRS = f"{_NETWORK}.1", f"{_NETWORK}.2"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def can_cut() -> bool:
    """Tell whether this user may make network namespaces here."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"mailgrid-probe-{os.getpid()}"
    try:
        _ip("netns", "add", name)
        _ip("netns", "del", name)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Cable:
    """The cable; `address` is ours, as the host at its other end sees it."""

    namespace: str
    interface: str
    address: str = _OURS

    @property
    def prefix(self) -> list[str]:
        """What a command begins with that runs at the other end."""
        return ["ip", "netns", "exec", self.namespace]

    def pull(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        _ip("link", "set", self.interface, "down")

    def plug(self) -> None:
        """Put it back."""
        _ip("link", "set", self.interface, "up")

    @contextmanager
    def forwarded(self, target: str | tuple[str, int]) -> Iterator[int]:
        """Give a port of ours that leads to a socket's path, or to an address; our servers listen elsewhere."""
        with socket.create_server((self.address, 0)) as listener:
            threading.Thread(target=_forward, args=(listener, target), daemon=True).start()
            port: int = listener.getsockname()[1]
            yield port
            listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable() -> Iterator[Cable]:
    """Lay a cable, and take it away again."""
    number = os.getpid() % 100_000
    laid = Cable(f"mailgrid-{number}", f"mg{number}a")
    other = f"mg{number}b"
    _ip("netns", "add", laid.namespace)
    try:
        _ip("link", "add", laid.interface, "type", "veth", "peer", "name", other, "netns", laid.namespace)
        _ip("addr", "add", f"{_OURS}/30", "dev", laid.interface)
        _ip("-n", laid.namespace, "addr", "add", f"{_THEIRS}/30", "dev", other)
        _ip("-n", laid.namespace, "link", "set", other, "up")
        laid.plug()
        yield laid
    finally:
        _ip("netns", "del", laid.namespace)


def _forward(listener: socket.socket, target: str | tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            ours, _ = listener.accept()
            theirs = socket.socket(socket.AF_UNIX if isinstance(target, str) else socket.AF_INET)
            theirs.connect(target)
            for one, other in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while octets := one.recv(65_536):
            other.sendall(octets)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
    one.close()
