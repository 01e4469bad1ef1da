"""The transport `stdout`: messages are printed, to be looked at or piped into something else."""

import sys
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from mailgrid.hookspecs import Context, Location, Message, OneByOne, Reply, TransportKind, hookimpl

__all__ = ["StdoutTransport", "open_stdout", "register_transports"]


class StdoutTransport:
    """Prints each message below a line that tells its envelope."""

    title = "stdout"

    def __init__(self) -> None:
        self._lock = Lock()

    def check(self) -> None:
        """There is nothing that could be wrong."""

    def open_session(self) -> OneByOne:
        """Make a session; no two print at once."""
        return OneByOne(self._print)

    def close(self) -> None:
        """Nothing is held."""

    def _print(self, message: Message) -> Reply:
        envelope = f"----- from <{message.mail_from}> to <{message.rcpt_to}> -----\n"
        with self._lock:
            sys.stdout.buffer.write(envelope.encode() + message.content.replace(b"\r\n", b"\n") + b"\n")
            sys.stdout.buffer.flush()
        return Reply(text="printed")


def open_stdout(location: str | None, options: Mapping[str, Any], context: Context) -> StdoutTransport:
    """Make the transport."""
    del location, options, context  # there are none, and it needs none
    return StdoutTransport()


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `stdout`."""
    register(
        TransportKind(
            name="stdout",
            open=open_stdout,
            help="prints each message; reaches nobody",
            location=Location.NONE,
            reaches_people=False,
        ),
    )
