"""The observer `webhook`, as a campaign file names it, with a server that is told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, Ended, smtp
from tests.plugins.web.web_server import Page, WebServer, web_server

SECRET = "s3cret-c4nary"


@dataclass
class Receiver:
    """Answers with a few refusals, then takes what comes."""

    server: WebServer
    refusals: list[Page] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, body: bytes) -> Page:
        self.bodies.append(body)
        return self.refusals.pop(0) if self.refusals else Page(status=204)

    @property
    def headers(self) -> list[Any]:
        return [headers for _, _, headers in self.server.asked]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [line for body in self.bodies for line in json.loads(body)["lines"]]


@pytest.fixture
def receiver(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with web_server(tmp_path_factory.mktemp("hook")) as server:
        receiver = Receiver(server)
        server.pages["/hook?key=c4nary"] = receiver
        yield receiver


def applied(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver, *settings: str, allow: str = "localhost"
) -> Ended:
    folder.write("mailgrid.toml", f'trust = ["webhook"]\nallow_hosts = ["{allow}"]\n')
    folder.write("ca.pem", receiver.server.ca.read_text())
    _, two = folder.people(2)
    options = "\n".join(('secret secret("HOOK_SECRET")', 'ca "ca.pem"', *settings))
    observe = f'observe webhook "{receiver.server.url("/hook?key=c4nary")}" {{\n{options}\n}}\n'
    with SmtpServer(refuse("RCPT", f"550 5.1.1 <{two}> unknown", to=two)) as server:
        file = folder.campaign(smtp(server), "workers 1")
        file.write_text(observe + file.read_text("utf-8"), "utf-8")
        assert mailgrid("plan", "welcome.mailgrid").code == 0
        assert not receiver.bodies
        ended = mailgrid("apply", "welcome.mailgrid", "--yes")
        assert [message.rcpt_to for message in server.messages] == [("p00001@mail.example",)]
    assert ended.code == 1
    assert "c4nary" not in ended.out + ended.err
    return ended


def test_it_tells_the_start_the_outcomes_and_the_end_signed(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver
) -> None:
    applied(mailgrid, folder, receiver)
    begun, *outcomes, ended = receiver.lines
    assert (begun["event"], begun["campaign"], begun["to_send"]) == ("started", "welcome", 2)
    assert (ended["event"], ended["sent"], ended["failed"], ended["lost"]) == ("finished", 1, 1, 0)
    assert {each["event"]: (each["address"], each["code"]) for each in outcomes} == {
        "sent": ("p***@mail.example", 250),
        "failed": ("p***@mail.example", 550),
    }
    assert not any(b"p00001" in body or b"p00002" in body for body in receiver.bodies)
    for headers, body in zip(receiver.headers, receiver.bodies, strict=True):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.digest(SECRET.encode(), signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"


def test_whole_addresses_are_told_where_that_is_asked(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver
) -> None:
    applied(mailgrid, folder, receiver, "addresses true")
    assert {each.get("address") for each in receiver.lines} - {None} == {"p00001@mail.example", "p00002@mail.example"}


def test_a_server_that_is_busy_is_told_later(mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver) -> None:
    receiver.refusals.append(Page(status=503))
    assert "observer" not in applied(mailgrid, folder, receiver).err
    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert receiver.lines[-1]["event"] == "finished"


@pytest.mark.parametrize(
    "page, reason",
    [
        (Page(status=410), "answers 410"),
        (Page(status=307, headers={"Location": "https://169.254.169.254/"}), "answers 307"),
    ],
)
def test_one_that_refuses_costs_nobody_a_message(
    mailgrid: CommandLine,
    folder: CampaignFolder,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    page: Page,
    reason: str,
) -> None:
    receiver.refusals.extend([page] * 9)
    applied(mailgrid, folder, receiver)
    (warning,) = [each.getMessage() for each in caplog.records if each.name == "mailgrid.observers"]
    assert warning == f"the observer `webhook`: localhost was not told of 4 lines: {reason}"


def test_one_that_does_not_answer_is_not_waited_for_longer_than_that(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.refusals.extend([Page(status=500)] * 9)
    applied(mailgrid, folder, receiver, "wait 50ms")
    assert "localhost was not told of 4 lines: answers 500" in caplog.text


def test_e5_no_server_inside_the_network_is_told(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    applied(mailgrid, folder, receiver, allow="other.example")
    assert "`localhost` is the address 127.0.0.1, which is not public" in caplog.text
    assert not receiver.bodies


@pytest.mark.parametrize(
    "written, trust, code, message",
    [
        ('"https://h.example/" { secret secret("HOOK_SECRET") }', "", "MG624", "`webhook` reaches outside"),
        ('"http://h.example/" { secret secret("HOOK_SECRET") }', "webhook", "MG403", "only https is asked"),
        ('"h.example" { secret secret("HOOK_SECRET") }', "webhook", "MG403", "only https is asked"),
        ('"https://h.example/" { secret secret("UNSET") }', "webhook", "MG605", "the environment has no UNSET"),
        ('"https://h.example/" { secret env("EMPTY", "") }', "webhook", "MG403", "the secret of `webhook` is empty"),
        ('"https://h.example/"', "webhook", "MG210", "`webhook` has no `secret`"),
        ('"https://h.example/" { secret "s3cret-c4nary" }', "webhook", "MG603", "`secret` is written in the file"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_sent(
    mailgrid: CommandLine, folder: CampaignFolder, receiver: Receiver, written: str, trust: str, code: str, message: str
) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"')
    file.write_text(f"observe webhook {written}\n{file.read_text('utf-8')}", "utf-8")
    ended = mailgrid("apply", "welcome.mailgrid", *(("--trust", trust) if trust else ()))
    assert (ended.code, f"error[{code}]" in ended.err, ended.err.count("error[")) == (2, True, 1), ended.err
    assert message in ended.err
    assert "c4nary" not in ended.err
    assert not Path("box").exists()
