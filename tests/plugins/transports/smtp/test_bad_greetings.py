"""A server that makes no sense before the first message: an error that names it, and no hang."""

import socket
import threading
from itertools import count
from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.reply_reader import Lost, ReplyReader

from mailgrid.hookspecs import Secret
from mailgrid.testing import Fault, SmtpServer, refuse

from .sending import IMPATIENT, failure_of

_NONSENSE = {
    "a word": "banana",
    "two codes": "220-a\r\n221 b",
    "endless": "220-and so on\r\n" * 10_000,
    "a line of 64 KB": "220 " + "x" * 66_000,
    "NULs": "\0\0\0",
}
_LOGIN: dict[str, Any] = {"user": "ann", "password": Secret("s3cret"), "tls": "off"}


@pytest.mark.parametrize("step", ["connect", "EHLO", "AUTH"])
@pytest.mark.parametrize("reply", _NONSENSE.values(), ids=list(_NONSENSE))
def test_what_is_no_reply(step: str, reply: str) -> None:
    with SmtpServer(refuse(step, reply), users={"ann": "s3cret"}) as server:
        address = f"{server.host}:{server.port}"
        error = failure_of(server, **_LOGIN)
    assert error.message.startswith(address)
    assert len(error.message) < 500
    assert "s3cret" not in error.message


@pytest.mark.parametrize("step", ["connect", "EHLO", "AUTH"])
def test_a_reply_without_an_end(step: str) -> None:
    fault = Fault(at=step, reply="220-and then", then="hold")
    with SmtpServer(fault, users={"ann": "s3cret"}) as server:
        error = failure_of(server, **_LOGIN, **IMPATIENT)
    assert "did not answer within" in error.message


def test_a_banner_after_six_minutes_comes_too_late() -> None:
    """Each look at the clock is half a minute later, while the banner comes octet by octet."""
    ours, theirs = socket.socketpair()
    seconds, over = count(0, 30), threading.Event()

    def drip() -> None:
        while not over.wait(0.001):
            theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    with ours, theirs:
        dripping.start()
        try:
            with pytest.raises(Lost, match="did not answer within 300 seconds"):
                ReplyReader(ours, clock=lambda: float(next(seconds))).read(300)
        finally:
            over.set()
            dripping.join()
