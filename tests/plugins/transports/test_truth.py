"""Whatever the far side does, no transport says `sent` where nothing arrived, nor anything else where it did."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mailgrid.testing import SmtpServer, Trouble, check_transport, smtp_troubles
from tests.plugins.opening import open_kind

from .ses_server import SesServer
from .stored import contents
from .test_ses import transport_to
from .test_stored_files import in_mbox

SOON, PATIENT = timedelta(seconds=0.4), timedelta(seconds=20)


def told_truly(begin: Callable[[], AbstractContextManager[Any]], troubles: Iterable[Trouble]) -> None:
    with begin() as (transport, read_back):
        check_transport(transport, read_back, troubles)


def test_lmtp_through_every_failure_of_the_conversation() -> None:
    def transport(server: SmtpServer, limit: timedelta = SOON) -> Any:
        place = f"{server.host}:{server.port}"
        return open_kind("transports.lmtp", place, timeout=limit, command_timeout=limit, reply_timeout=limit)

    extensions = ("8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING")
    with SmtpServer(extensions=extensions, lmtp=True) as server:
        troubles = smtp_troubles(transport, extensions, silent=True, lmtp=True)
        check_transport(transport(server, PATIENT), lambda: [message.content for message in server.messages], troubles)


# ---- ses -----------------------------------------------------------------------------------------------------------

NAMES = ("TooManyRequestsException", "MessageRejected", "AccountSuspendedException", "SomethingNew")
BODIES = (b"{", b"[]", b"null", b"\xff", b'"x"', b"{}")


@contextmanager
def ses(*words: Any, delay: float = 0.0, **more: Any) -> Iterator[tuple[Any, Callable[[], list[bytes]]]]:
    with SesServer(*words, delay=delay, **more) as server:
        yield transport_to(server.url, reply_timeout=SOON if delay else PATIENT), lambda: server.contents


def test_ses_through_every_answer_and_none() -> None:
    troubles = [
        Trouble(f"{name} {status}", partial(ses, name, status))
        for name in NAMES
        for status in (400, 403, 429, 500, 503)
    ]
    troubles += [Trouble(f"taken, and {each}", partial(ses, "Broken", each, takes=True)) for each in (500, 502, 504)]
    troubles += [Trouble(f"taken, and {body!r}", partial(ses, body=body)) for body in BODIES]
    troubles.append(Trouble("taken, and hung up", partial(ses, hangs_up=True)))
    troubles.append(Trouble("taken, and silence", partial(ses, delay=60)))
    told_truly(ses, troubles)


# ---- command -------------------------------------------------------------------------------------------------------

TAKE = "(pathlib.Path('got') / str(time.time_ns())).write_bytes(sys.stdin.buffer.read())"
ENDS = {
    **{f"exit status {status}": f"sys.exit({status})" for status in (1, *range(64, 79), 255)},
    "taken": TAKE,
    "taken, then killed": f"{TAKE}; os.kill(os.getpid(), 9)",
    "taken, then 70": f"{TAKE}; sys.exit(70)",
    "taken, then 74": f"{TAKE}; sys.exit(74)",
    "taken, and does not end": f"{TAKE}; time.sleep(9)",
    "half read, then 75": "sys.stdin.buffer.read(9); sys.exit(75)",
    "killed at once": "os.kill(os.getpid(), 15)",
}


@contextmanager
def command(folder: Path, does: str) -> Iterator[tuple[Any, Callable[[], list[bytes]]]]:
    got = folder / "got"
    got.mkdir(parents=True)
    words = f'{sys.executable} -ISc "import os, pathlib, sys, time; {does}"'
    transport = open_kind("transports.command", words, root=folder, timeout=timedelta(seconds=3))
    yield transport, lambda: [file.read_bytes().replace(b"\n", b"\r\n") for file in got.iterdir()]


def test_command_through_every_end_of_the_program(tmp_path: Path) -> None:
    troubles = [
        Trouble(name, partial(command, tmp_path / str(number), does))
        for number, (name, does) in enumerate(ENDS.items())
    ]
    told_truly(lambda: command(tmp_path / "good", TAKE), troubles)


# ---- files ---------------------------------------------------------------------------------------------------------

READ: dict[str, Callable[[Path], list[bytes]]] = {
    "mbox": lambda place: in_mbox(place) if place.exists() else [],
    "eml": lambda place: [file.read_bytes() for file in place.glob("*.eml")],
    "maildir": lambda place: contents(place) if place.exists() else [],
}
#: What a disk may refuse, and at which call of it.
CALLS = [(name, at) for name in ("open", "write", "close", "rename", "link", "fsync", "mkdir") for at in (1, 2, 3)]


@contextmanager
def stored(kind: str, place: Path, call: str = "", at: int = 0) -> Iterator[tuple[Any, Callable[[], list[bytes]]]]:
    transport = open_kind(f"transports.{kind}", place.name, root=place.parent)
    with pytest.MonkeyPatch.context() as patch:
        if call:
            patch.setattr(os, call, refusing(getattr(os, call), at))
        yield transport, lambda: READ[kind](place)


def refusing(real: Callable[..., Any], at: int) -> Callable[..., Any]:
    """Refuse a call once; what is written then is half of it."""
    calls = 0

    def call(*words: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at + 1 and real.__name__ == "write":
            raise OSError(28, "No space left on device")
        if calls == at:
            if real.__name__ == "write":
                return real(words[0], bytes(words[1])[: len(words[1]) // 2])
            if real.__name__ == "close":
                real(*words)  # the descriptor is gone, whatever is said of it
            raise OSError(28, "No space left on device")
        return real(*words, **more)

    return call


@pytest.mark.parametrize("kind", READ)
def test_files_on_a_disk_that_refuses_something(kind: str, tmp_path: Path) -> None:
    troubles = [
        Trouble(f"{call} {at}", partial(stored, kind, tmp_path / f"{call}{at}", call, at)) for call, at in CALLS
    ]
    told_truly(lambda: stored(kind, tmp_path / "good"), troubles)
