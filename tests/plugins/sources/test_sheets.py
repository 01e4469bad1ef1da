"""A server on this machine plays Google: its names, paths and redirects, and a login that is checked."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.auth import jwt
from mailgrid_plugins.web import address

from mailgrid.errors import SourceError
from tests.plugins.opening import open_kind
from tests.plugins.web.web_server import Page, WebServer, web_server

ID = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123456789-abcd"
LINK = f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing#gid=42"
CONTENT_HOST = "doc-0s-4c-sheets.googleusercontent.com"
EXPORT = f"/spreadsheets/d/{ID}/export?format=csv&gid=42"
CONTENT = f"/export/54bogvaave6cua4cdnls17ksc4/x8/{ID}?format=csv&gid=42"
CSV = Page(b"email,name\r\nann@x.example,Ann\r\n", headers={"Content-Type": "text/csv"})
HOSTS = ("docs.google.com", CONTENT_HOST, "sheets.googleapis.com", "oauth2.googleapis.com", "accounts.google.com")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with web_server(tmp_path_factory.mktemp("google"), *HOSTS) as server:
        yield server


@pytest.fixture
def google(serving: WebServer, monkeypatch: pytest.MonkeyPatch) -> WebServer:
    """Names of Google lead to this machine, at the port of https."""
    connect = socket.create_connection

    def resolved(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    def connected(address: tuple[str, int], timeout: float) -> socket.socket:
        assert address == ("127.0.0.1", 443)
        return connect(("127.0.0.1", serving.port), timeout)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    monkeypatch.setattr(address, "_is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(serving.ca))
    redirect = Page(status=307, headers={"Location": f"https://{CONTENT_HOST}{CONTENT}"})
    serving.pages = {EXPORT: redirect, CONTENT: CSV}
    serving.asked.clear()
    return serving


def rows(location: str, **options: Any) -> list[Any]:
    with closing(open_kind("sources.sheets", location, **options)) as source:
        return [(line, list(cells)) for line, cells in source.rows([column.name for column in source.columns])]


def error(location: str, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        rows(location, **options)
    return caught.value


def test_a_public_sheet_comes_from_where_google_keeps_its_content(google: WebServer) -> None:
    assert rows(LINK) == [(2, ["ann@x.example", "Ann"])]
    assert [(host, path) for host, path, _ in google.asked] == [("docs.google.com", EXPORT), (CONTENT_HOST, CONTENT)]


def test_the_first_sheet_is_meant_where_none_is_named(google: WebServer) -> None:
    google.pages[EXPORT.replace("42", "0")] = CSV
    assert rows(ID) == [(2, ["ann@x.example", "Ann"])]


@pytest.mark.parametrize(
    "page, message, hint",
    [
        (
            Page(status=302, headers={"Location": "https://accounts.google.com/ServiceLogin?x"}),
            "not public",
            "share it",
        ),
        (Page(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}), "this sheet is not public", "share it"),
        (Page(status=401), "this sheet is not public", "share it"),
        (Page(status=404), "answers 404 Not Found", ""),
        (Page(status=302, headers={"Location": "https://googleusercontent.com.evil.test/x"}), "none of the hosts", ""),
        (Page(status=302, headers={"Location": "https://evilgoogleusercontent.com/x"}), "none of the hosts", ""),
        (Page(status=302, headers={"Location": "https://169.254.169.254/x"}), "none of the hosts", ""),
        (Page(status=302, headers={"Location": "http://docs.google.com/x"}), "only https is asked", ""),
        (Page(b"", headers={"Content-Type": "text/csv"}), "is empty", ""),
    ],
)
def test_a_sheet_that_is_not_to_be_had(google: WebServer, page: Page, message: str, hint: str) -> None:
    google.pages[EXPORT] = page
    found = error(LINK)
    assert message in found.message
    assert hint in found.hint
    assert {host for host, _, _ in google.asked} == {"docs.google.com"}


@pytest.mark.parametrize(
    "location", ["", "people", "https://docs.evil.test/spreadsheets/d/" + ID, LINK + " x", "../" + ID]
)
def test_what_is_no_link_to_a_sheet(google: WebServer, location: str) -> None:
    assert error(location).message == "this is no link to a sheet of Google"
    assert error(LINK, sheet="People").message.startswith("`sheet` and `range` need `key`")
    assert not google.asked


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    secret = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path_factory.mktemp("key") / "key.json"
    account = {
        "type": "service_account",
        "client_email": "mailgrid@acme.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
        "private_key": secret.decode(),
    }
    file.write_text(json.dumps(account))
    return file


def login(sent: bytes) -> Page:
    """Give a token to whom signed for it."""
    (assertion,) = parse_qs(sent.decode())["assertion"]
    claims = jwt.decode(assertion, verify=False)
    assert claims["iss"] == "mailgrid@acme.iam.gserviceaccount.com"
    assert claims["scope"] == "https://www.googleapis.com/auth/spreadsheets.readonly"
    answer = {"access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer"}
    return Page(json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


def shared(values: list[Any] | None, wanted: str = "A1%3AZZZ") -> dict[str, Any]:
    answer = {"range": "People!A1:ZZZ", "majorDimension": "ROWS"} | ({} if values is None else {"values": values})
    path = f"/v4/spreadsheets/{ID}/values/{wanted}?valueRenderOption=FORMATTED_VALUE"
    return {path: Page(json.dumps(answer).encode()), "/token": login}


def test_a_sheet_that_is_shared_with_us(google: WebServer, key: Path) -> None:
    google.pages = shared([["email", "name", "age"], ["ann@x.example", "Ann"], [], ["bob@x.example", "Bob", "31"]])
    assert rows(LINK, key=key) == [(2, ["ann@x.example", "Ann", ""]), (4, ["bob@x.example", "Bob", "31"])]
    assert [host for host, _, _ in google.asked] == ["oauth2.googleapis.com", "sheets.googleapis.com"]
    assert google.asked[1][2]["Authorization"] == "Bearer t0ken"
    google.pages = shared([["email"], ["ann@x.example"]], "%27Ann%27%27s%20list%27%21B3%3AB")
    assert rows(LINK, key=key, sheet="Ann's list", range="B3:B") == [(4, ["ann@x.example"])]


def test_a_sheet_that_is_not_shared_or_empty(google: WebServer, key: Path, tmp_path: Path) -> None:
    google.pages = {"/token": login}
    found = error(LINK, key=key)
    assert found.message == "Google answers 404 Not Found"
    assert found.hint == "it has to be shared with mailgrid@acme.iam.gserviceaccount.com"
    google.pages = shared(None)
    assert error(LINK, key=key).message == "this part of the sheet is empty"
    google.pages = {"/token": Page(b'{"error": "invalid_grant"}', status=400)}
    assert error(LINK, key=key).message == "Google refuses the key: RefreshError"
    for content in ("", "{}", '{"type": "service_account"}'):
        (tmp_path / "bad.json").write_text(content)
        assert error(LINK, key=tmp_path / "bad.json").message.startswith("`key` is no key of a service account")


def test_a_key_sends_us_nowhere_but_to_google(google: WebServer, key: Path, tmp_path: Path) -> None:
    account = json.loads(key.read_text()) | {"token_uri": "https://accounts.google.com/steal"}
    (tmp_path / "evil.json").write_text(json.dumps(account))
    assert "none of the hosts that are asked" in error(LINK, key=tmp_path / "evil.json").message
    assert not google.asked
