"""A whole campaign before the doctor: a real relay, a DNS of a few lines, an endpoint that takes clicks."""

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgrid.doctor.examination import Patient, examine
from mailgrid.doctor.finding import Level
from mailgrid.doctor.one_click import press, unsubscribe_link
from mailgrid.doctor.relay import check_relay, public_addresses
from mailgrid.errors import TransportError
from mailgrid.hookspecs import Endpoint
from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.doctor.zone import Zone
from tests.end_to_end.campaign_folder import CampaignFolder, smtp
from tests.plugins.opening import open_kind

GOOD = Zone(
    txt={
        "acme.example": "v=spf1 ip4:203.0.113.5 -all",
        "_dmarc.acme.example": "v=DMARC1; p=none; rua=mailto:d@acme.example",
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CampaignFolder:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mailgrid.cli.doctor.Dns", lambda: GOOD)
    return CampaignFolder(tmp_path)


@pytest.fixture
def mailgrid(folder: CampaignFolder, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def endpoint(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Start an endpoint behind TLS that answers with the status that the test asks for; yield its address and its mail.

    Its certificate is one that this process trusts.
    """
    got: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert not {"Cookie", "Authorization"} & set(self.headers)
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(request.param)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def campaign(folder: CampaignFolder, server: SmtpServer, *settings: str) -> None:
    folder.write("people.csv", "email,first_name\nann@mail.example,Ann\nbob@mail.example,Bob\n")
    folder.campaign(smtp(server), *settings)


def test_a_campaign_that_arrives(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        campaign(folder, server, "kind transactional")
        ended = mailgrid("doctor", "welcome.mailgrid", "--json")
    findings = json.loads(ended.out)["findings"]
    assert {(each["check"], each["level"]) for each in findings} == {
        ("relay", "ok"),
        ("spf", "ok"),
        ("dkim", "note"),
        ("dmarc", "ok"),
    }
    assert ended.code == 0
    assert not server.messages


def test_a_signature_is_looked_up(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    key = Ed25519PrivateKey.generate()
    file = folder.path / "dkim.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)
    with SmtpServer() as server:
        campaign(folder, server, "kind transactional", 'dkim domain "acme.example" selector "s1" key "dkim.pem"')
        ended = mailgrid("doctor", "welcome.mailgrid")
    assert ended.code == 1
    assert "s1._domainkey.acme.example: there is no key" in ended.out
    assert f"p={b64encode(key.public_key().public_bytes_raw()).decode()}" in ended.out


def test_what_is_wrong_is_told_with_its_reason_and_its_remedy(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        campaign(folder, server)
        ended = mailgrid("doctor", "welcome.mailgrid")
    assert ended.code == 1
    assert "error    unsubscribe     there is no List-Unsubscribe header" in ended.out
    assert "         why   large providers" in ended.out
    assert "         rule  https://www.rfc-editor.org/rfc/rfc8058" in ended.out


@pytest.mark.parametrize(
    "endpoint, level",
    [(200, Level.OK), (204, Level.OK), (302, Level.ERROR), (403, Level.ERROR)],
    indirect=["endpoint"],
)
def test_a_click_is_posted_and_no_redirect_followed(endpoint: tuple[str, list[tuple[str, str]]], level: Level) -> None:
    address, got = endpoint
    content = f"List-Unsubscribe: <mailto:out@acme.example>, <{address}/out?t=1>\r\n\r\n".encode()
    assert press(unsubscribe_link(content)).level is level
    assert got == [("/out?t=1", "List-Unsubscribe=One-Click")]


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("", "the message has no link to unsubscribe"),
        ("http://127.0.0.1:9/", "does not begin with https://"),
        ("https://127.0.0.1:9/", "the endpoint does not answer"),
        ("https://[nonsense/", "the endpoint does not answer"),
        ("https://127.0.0.1:x/", "the endpoint does not answer"),
    ],
)
def test_an_endpoint_that_is_not_there(link: str, what: str) -> None:
    found = press(link)
    assert found.level is Level.ERROR
    assert what in found.what
    assert all((found.why, found.mend, found.link))


@pytest.mark.parametrize("endpoint", [200], indirect=True)
def test_an_endpoint_whose_certificate_nobody_knows(
    endpoint: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, got = endpoint
    monkeypatch.delenv("SSL_CERT_FILE")
    assert press(f"{address}/out").level is Level.ERROR
    assert got == []


@pytest.mark.parametrize(("endpoint", "level"), [(200, "ok"), (302, "error")], indirect=["endpoint"])
def test_the_unsubscribe_link_of_one_person_is_really_pressed(
    folder: CampaignFolder, mailgrid: CommandLine, endpoint: tuple[str, list[tuple[str, str]]], level: str
) -> None:
    address, got = endpoint
    with SmtpServer() as server:
        leave = f'unsubscribe "{address}/out?who={{{{ first_name }}}}" one_click'
        campaign(folder, server, leave, 'dkim domain "acme.example" selector "s1" key "dkim.pem"')
        key = Ed25519PrivateKey.generate()
        (folder.path / "dkim.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        ended = mailgrid("doctor", "welcome.mailgrid", "--one-click", "BOB@mail.example", "--json")
    found = {each["check"]: each["level"] for each in ended.json["findings"]}
    assert got == [("/out?who=Bob", "List-Unsubscribe=One-Click")]
    assert found["one click"] == level
    assert not server.messages


def test_nobody_is_clicked_who_is_not_there(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        campaign(folder, server)
        assert mailgrid("doctor", "welcome.mailgrid", "--one-click", "zoe@mail.example").code == 2


def test_the_relay_is_looked_at() -> None:
    with SmtpServer(extensions=("SIZE 1000",)) as server:
        found = open_kind("transports.smtp", host=server.host, port=server.port).examine()
        assert (found.host, found.port, found.largest, found.encrypted) == (server.host, server.port, 1000, "")
    assert [each.check for each in check_relay(found, 1001, 0.0)] == ["size"]


@pytest.mark.parametrize(
    "encrypted, valid_until, levels",
    [("TLSv1.3", 3e6, [Level.OK]), ("TLSv1.3", 1e5, [Level.OK, Level.WARNING]), ("", None, [Level.ERROR])],
)
def test_the_line_is_looked_at(encrypted: str, valid_until: float | None, levels: list[Level]) -> None:
    found = Endpoint(host="mx", port=587, address="203.0.113.5", encrypted=encrypted, valid_until=valid_until)
    assert [each.level for each in check_relay(found, 1, 0.0)] == levels


def test_a_relay_inside_has_another_address_outside() -> None:
    assert public_addresses(["127.0.0.1", "10.1.2.3", "::1", "9.9.9.9"]) == ["9.9.9.9"]


class Closed:
    """A transport that lets nobody in, and tells nothing of itself."""

    title = "closed"

    def check(self) -> None:
        raise TransportError("closed: the login was refused", hint="check `password`")

    def open_session(self) -> Any:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


def test_a_dns_that_does_not_answer_is_a_note_and_a_closed_relay_an_error() -> None:
    silent = Zone(silent=["acme.example", "_dmarc.acme.example"])
    patient = Patient(Closed(), "acme.example", "acme.example", (), marketing=True)
    findings = examine(patient, silent, 0.0)
    assert all(each.why and each.mend and each.link for each in findings)
    assert [(each.check, each.level) for each in findings] == [
        ("relay", Level.ERROR),
        ("spf", Level.NOTE),
        ("dkim", Level.NOTE),
        ("dmarc", Level.NOTE),
    ]
