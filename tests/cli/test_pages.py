"""`mailgrid preview --open` and `mailgrid sandbox`, as processes that serve until they are told to end."""

import json
import signal
import smtplib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.command_line import CommandLine, on_terminal
from tests.end_to_end.campaign_folder import CampaignFolder


def ask(url: str, path: str) -> bytes:
    """Enter with the key of an address, and return what is at a path."""
    place = urlsplit(url)
    (key,) = parse_qs(place.fragment)["key"]
    connection = HTTPConnection(place.netloc, timeout=60)
    try:
        connection.request("POST", "/session", key, {"Origin": f"http://{place.netloc}"})
        entered = connection.getresponse()
        entered.read()
        connection.request("GET", path, headers={"Cookie": entered.headers["Set-Cookie"].partition(";")[0]})
        return connection.getresponse().read()
    finally:
        connection.close()


@contextmanager
def running(
    folder: CampaignFolder, *arguments: str, lines: int = 1, end: signal.Signals = signal.SIGINT
) -> Iterator[list[str]]:
    """Start a command and yield the first lines that it prints; afterwards it ends as it should."""
    process = folder.start(*arguments)
    assert process.stdout is not None
    try:
        yield [process.stdout.readline().strip() for _ in range(lines)]
        process.send_signal(end)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "Ctrl-C ends it\n")
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(3)
    folder.campaign('maildir "box/"')
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot be asked to end")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_preview_in_a_pipe_prints_its_address_and_ends_when_it_is_asked(
    campaign: CampaignFolder, end: signal.Signals
) -> None:
    with running(campaign, "preview", "welcome.mailgrid", "--open", "--key", "P00002@mail.example", end=end) as (url,):
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("&message=2")
        assert json.loads(ask(url, "/messages/2"))["text"] == "Dear Person 2\r\n"
    assert not (campaign.path / ".mailgrid").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot be asked to end")
def test_a_sandbox_keeps_mail_where_it_is_told(folder: CampaignFolder) -> None:
    with running(folder, "sandbox", "box", "--port", "0", lines=2) as (url, smtp):
        place = urlsplit(smtp)
        with smtplib.SMTP("127.0.0.1", place.port or 0) as client:
            client.sendmail("a@x.example", ["b@x.example"], b"Subject: tried\r\n\r\nHello\r\n")
        (row,) = json.loads(ask(url, "/messages"))["rows"]
        assert (row["who"], row["subject"]) == ("b@x.example", "tried")
    (kept,) = (folder.path / "box" / "new").iterdir()
    assert kept.read_bytes().endswith(b"Subject: tried\r\n\r\nHello\r\n")


def test_a_mistake_is_told_before_anything_is_served(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    for wrong in (("--key", "nobody@mail.example"), ("--row", "4"), ("--variant", "x")):
        ended = mailgrid("preview", "welcome.mailgrid", "--open", *wrong)
        assert (ended.code, ended.out) == (2, ""), wrong
    campaign.write("welcome.mailgrid", "campaign welcome {\n}\n")
    ended = mailgrid("preview", "welcome.mailgrid", "--open")
    assert (ended.code, ended.out) == (2, "")
    assert "error[" in ended.err


def test_a_port_that_is_taken_is_told(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = mailgrid("preview", "welcome.mailgrid", "--open", "--web-port", port)
        assert (ended.code, ended.out) == (2, "")
        assert f"port {port} cannot be used: address already in use" in ended.err
        ended = mailgrid("sandbox", "--port", port)
        assert (ended.code, ended.out) == (2, "")
        assert "give another one: --port 2525" in ended.err


def test_what_is_missing_is_named(
    campaign: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "mailgrid.web.server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ended = mailgrid("preview", "welcome.mailgrid", "--open")
    assert (ended.code, ended.out) == (2, "")
    assert 'install it: pip install "mailgrid[web]"' in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_browser_is_started_on_a_terminal_with_a_ticket_and_not_with_the_key(campaign: CampaignFolder) -> None:
    program = campaign.write("browser", f'#!/bin/sh\necho "$1" > "{campaign.path}/opened"\n')
    program.chmod(0o755)
    code, seen = on_terminal(
        campaign, "preview", "welcome.mailgrid", "--open", answers={"Ctrl-C ends it": "\x03"}, BROWSER=str(program)
    )
    printed, started = seen.splitlines()[0], (campaign.path / "opened").read_text().strip()
    assert code == 0
    assert printed.partition("=")[0] == started.partition("=")[0]
    assert printed != started
