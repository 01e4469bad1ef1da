"""Whom a campaign file may ask: nobody on this machine or network, by no name, address, redirect or trick."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from mailgrid_plugins.web import address
from mailgrid_plugins.web.address import Rules
from mailgrid_plugins.web.client import Web

from mailgrid.errors import SourceError
from tests.plugins.opening import open_kind
from tests.plugins.web.web_server import Page, web_server


def refused(url: str, rules: Rules) -> str:
    with pytest.raises(SourceError) as caught:
        rules.target(url)
    return caught.value.message


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_asked(address: str) -> None:
    rules = Rules(look_up=lambda _host, _port: ["93.184.215.14", address])
    assert (
        refused("https://innocent.example/", rules)
        == f"`innocent.example` is the address {address}, which is not public"
    )
    for allowed in ("innocent.example", "innocent.example:443", ".example"):
        told = Rules(allow=(allowed,), look_up=rules.look_up).target("https://innocent.example/")
        assert told.addresses[1] == address


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://localhost./",
        "https://127.1/",
    ],
)
def test_this_machine_is_found_out_however_it_is_written(url: str) -> None:
    assert "which is not public" in refused(url, Rules())


@pytest.mark.parametrize(
    "url, message",
    [
        ("http://innocent.example/", "only https is asked"),
        ("file:///etc/passwd", "only https is asked"),
        ("gopher://innocent.example/", "only https is asked"),
        ("https://ann:pw@innocent.example/", "a login does not belong into a URL"),
        ("https:///path", "this URL names no host"),
        ("https://[::1", "this is no URL"),
        ("https://x.example:99999/", "this is no URL"),
        ("", "only https is asked"),
        ("https://no-such-host.invalid/", "there is no host `no-such-host.invalid`"),
    ],
)
def test_what_is_no_address_on_the_web(url: str, message: str) -> None:
    rules = Rules() if "invalid" in url else Rules(look_up=lambda _host, _port: ["93.184.215.14"])
    assert message in refused(url, rules)


def test_e5_a_name_server_that_changes_its_mind_changes_nothing(tmp_path: Path) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    def rebinding(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with web_server(tmp_path, "rebind.test") as server:
        server.pages["/list"] = Page(b"email\na@x\n")
        web = Web(rules=Rules(allow=("rebind.test",), look_up=rebinding), ca=server.ca)
        answer = web.get(server.url("/list", "rebind.test"))
        assert answer.read() == b"email\na@x\n"
        answer.close()
    with pytest.raises(SourceError):
        Web(rules=Rules(look_up=rebinding)).get(server.url("/list", "rebind.test"))


@pytest.mark.parametrize(
    "place", ["https://169.254.169.254/latest/meta-data", "https://inner.test/x", "https://[::1]/"]
)
def test_e5_a_redirect_is_judged_as_the_first_address_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The first server stands on a public address, as far as the rules can see."""
    own = {"start.test": ["127.0.0.1"], "inner.test": ["10.0.0.7"], "::1": ["::1"]}
    is_public = address._is_public
    monkeypatch.setattr(address, "_is_public", lambda address: address == "127.0.0.1" or is_public(address))
    with web_server(tmp_path, "start.test") as server:
        server.pages["/list"] = Page(status=302, headers={"Location": place})
        web = Web(rules=Rules(look_up=lambda host, _port: own.get(host, [host])), ca=server.ca)
        with pytest.raises(SourceError) as caught:
            web.get(server.url("/list", "start.test"))
        assert caught.value.message.startswith(f"it redirects to {place}: ")
        assert "not public" in caught.value.message
        assert [path for _, path, _ in server.asked] == ["/list"]


def test_the_source_asks_no_private_address_unless_that_is_written(tmp_path: Path) -> None:
    with web_server(tmp_path) as server:
        with pytest.raises(SourceError) as caught:
            open_kind("sources.http", server.url("/list"), ca=server.ca)
        assert "which is not public" in caught.value.message
        assert caught.value.hint == 'if you mean that, write allow_hosts = ["localhost"] in mailgrid.toml'
        assert not server.asked
