"""The real resolver, asked on a name server of the test's own."""

import socket
import sys
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from mailgrid.doctor.resolver import Dns, NoAnswer
from mailgrid.errors import UsageError

RECORDS = {
    ("acme.example.", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("acme.example.", "A"): ["192.0.2.1"],
    ("acme.example.", "AAAA"): ["2001:db8::1"],
    ("acme.example.", "MX"): ["20 b.acme.example.", "10 a.acme.example."],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["acme.example."],
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dns]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(line,))
        thread.start()
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port = ["127.0.0.1"], line.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "Resolver", lambda: found)
        yield Dns()
        line.sendto(b"", line.getsockname())
        thread.join()


def _serve(line: socket.socket) -> None:
    while True:
        octets, whence = line.recvfrom(2000)
        if not octets:
            return
        query = dns.message.from_wire(octets)
        answer = dns.message.make_response(query)
        (question,) = query.question
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        if name == "broken.example.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found := RECORDS.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in RECORDS):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        line.sendto(answer.to_wire(), whence)


def test_records_are_read(server: Dns) -> None:
    assert sorted(server.texts("acme.example")) == ["other", "v=spf1 -all"]
    assert server.addresses("acme.example") == ["192.0.2.1", "2001:db8::1"]
    assert server.exchanges("acme.example") == ["a.acme.example", "b.acme.example"]
    assert server.names("192.0.2.1") == ["acme.example"]


def test_what_is_not_there_is_nothing(server: Dns) -> None:
    assert server.texts("nowhere.example") == []
    assert server.exchanges("1.2.0.192.in-addr.arpa") == []


@pytest.mark.parametrize("name", ["broken.example", "x" * 64 + ".example", "a..example"])
def test_what_cannot_be_answered_is_told(server: Dns, name: str) -> None:
    with pytest.raises(NoAnswer):
        server.texts(name)


def test_without_dnspython_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "dns"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dns", None)
    with pytest.raises(UsageError) as caught:
        Dns()
    assert "mailgrid[doctor]" in caught.value.hint
