"""What a server says about us, or about its own state, is never held against a recipient."""

import threading
from collections.abc import Sequence

import pytest

from mailgrid.testing import Fault, SmtpServer, refuse
from mailgrid.testing.faults import Script
from tests.end_to_end.campaign_folder import CampaignFolder, Ended, recipients


def apply(folder: CampaignFolder, port: int, *settings: str) -> Ended:
    folder.campaign(f'smtp {{\n host "127.0.0.1"\n port {port}\n }}', *settings)
    return folder.run("apply", "welcome.mailgrid", "--yes", "--json")


def counts(ended: Ended) -> dict[str, int]:
    (campaign,) = ended.json["campaigns"]
    return {name: campaign[name] for name in ("sent", "failed", "deferred", "in_doubt")}


NOBODY = {"sent": 0, "failed": 0, "deferred": 0, "in_doubt": 0}


@pytest.mark.parametrize(
    "fault",
    [
        refuse("connect", "554 5.7.1 no service for you"),
        refuse("MAIL", "550 5.4.5 Daily user sending limit exceeded"),
        refuse("RCPT", "550 5.7.1 Service unavailable, client host blocked"),
        refuse("end", "554 your IP address is on a blocklist"),
    ],
    ids=lambda fault: f"{fault.at} {fault.reply}",
)
def test_a_server_that_refuses_us_stops_the_run_and_blames_nobody(folder: CampaignFolder, fault: Fault) -> None:
    folder.people(30)
    with SmtpServer(fault) as server:
        ended = apply(folder, server.port)
        assert server.messages == []
    assert (ended.code, counts(ended)) == (5, NOBODY), ended.err
    with SmtpServer() as server:
        assert counts(apply(folder, server.port))["sent"] == 30
        assert len(server.messages) == 30


def test_a_refused_login_stops_the_run_and_blames_nobody(folder: CampaignFolder) -> None:
    folder.people(5)
    with SmtpServer(users={"ann": "right"}) as server:
        folder.campaign(
            f'smtp {{\n host "127.0.0.1"\n port {server.port}\n tls off\n user "ann"\n password secret("PASSWORD")\n }}'
        )
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json", PASSWORD="wrong")
        assert server.messages == []
    assert (ended.code, counts(ended)) == (5, NOBODY)
    assert "the login with PLAIN was refused: 535" in ended.out + ended.err


@pytest.mark.parametrize(
    "fault",
    [
        refuse("RCPT", "451 4.7.1 message rate limit exceeded", times=3),
        refuse("end", "454 Throttling failure: Maximum sending rate exceeded.", times=3),
        refuse("MAIL", "452 4.3.1 insufficient system storage", times=3),
        refuse("connect", "421 4.7.0 too many connections", times=3),
    ],
    ids=lambda fault: f"{fault.at} {fault.reply}",
)
def test_a_server_in_trouble_costs_time_and_nobody(folder: CampaignFolder, fault: Fault) -> None:
    addresses = folder.people(20)
    with SmtpServer(fault) as server:
        ended = apply(folder, server.port, "retry 2 backoff 1s jitter 0%")
        assert sorted(recipients(server.messages)) == addresses
    assert (ended.code, counts(ended)) == (0, NOBODY | {"sent": 20}), ended.err


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")], ids=len)
def test_a_server_that_says_goodbye_after_each_hundred_leaves_nobody_in_doubt(
    folder: CampaignFolder, extensions: tuple[str, ...]
) -> None:
    addresses = folder.people(250)
    with SmtpServer(refuse("MAIL", "421 4.7.0 enough for one session", after=100), extensions=extensions) as server:
        ended = apply(folder, server.port, "workers 1")
        assert sorted(recipients(server.messages)) == addresses
    assert (ended.code, counts(ended)) == (0, NOBODY | {"sent": 250}), ended.err


def test_a_server_that_is_not_there_ends_the_run_with_everybody_pending(folder: CampaignFolder) -> None:
    folder.people(10)
    with SmtpServer() as server:
        port = server.port
    ended = apply(folder, port, "retry for 1s")
    assert (ended.code, counts(ended)) == (5, NOBODY)
    assert "cannot connect: IPv4 127.0.0.1: Connection refused" in ended.out + ended.err


class OneAtATime(Script):
    """The script of a server that has room for one connection at a time."""

    def __init__(self) -> None:
        super().__init__([])
        self._door = threading.Lock()
        self._inside = False

    def strike(self, at: str, rcpt_to: Sequence[str], carried: int) -> Fault | None:
        with self._door:
            taken, self._inside = self._inside, at != "QUIT" and (self._inside or at == "connect")
        if at != "connect" or not taken:
            return None
        return refuse("connect", "421 4.7.0 too many connections from your host")


def test_a_server_that_takes_one_connection_costs_workers_and_nobody(folder: CampaignFolder) -> None:
    addresses = folder.people(200)
    server = SmtpServer()
    server._script = OneAtATime()
    with server:
        ended = apply(folder, server.port, "workers 8")
        assert sorted(recipients(server.messages)) == addresses
        assert {message.connection for message in server.messages} == {2}, "the first was the check's"
        assert 3 <= server.connections <= 20
    assert (ended.code, counts(ended)) == (0, NOBODY | {"sent": 200}), ended.err
