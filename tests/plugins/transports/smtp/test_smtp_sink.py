"""Against a server that somebody else wrote: `smtp-sink`, which Postfix brings for load tests."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

from mailgrid.testing import message_to
from tests.patience import wait_for
from tests.plugins.opening import open_kind
from tests.ports import free_port

from .sending import SENT, people, statuses

pytestmark = pytest.mark.skipif(shutil.which("smtp-sink") is None, reason="smtp-sink is not installed")


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    number = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen(["smtp-sink", *user, *request.param, f"127.0.0.1:{number}", "100"]) as process:
        try:
            wait_for(lambda: _listens(number))
            yield number
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("port", [["-p"], []], ids=["lockstep", "pipelined"], indirect=True)
def test_it_takes_everything(port: int) -> None:
    session = open_kind("transports.smtp", host="127.0.0.1", port=port, helo="localhost").open_session()
    waiting = people(300)
    while waiting:
        batch, waiting = waiting[: session.window], waiting[session.window :]
        outcomes = list(session.deliver([message_to(person) for person in batch]))
        assert statuses(outcomes) == [SENT] * len(batch)
    session.close()
