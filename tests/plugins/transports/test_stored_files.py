"""`eml` and `mbox`: files that reach nobody."""

import mailbox
import re
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Scope, Status
from mailgrid.testing import check_transport, message_to
from tests.plugins.opening import kind_of, open_kind

_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def in_mbox(file: Path) -> list[bytes]:
    """The messages as they were sent."""
    entries = re.split(rb"(?m)^From .*\n", file.read_bytes())[1:]
    contents = [entry.split(b"\n", 2)[2].removesuffix(b"\n") for entry in entries]
    return [_QUOTED.sub(rb"\1", content).replace(b"\n", b"\r\n") for content in contents]


@pytest.mark.parametrize("name", ["eml", "mbox"])
def test_reaches_nobody_and_wants_a_place(name: str) -> None:
    kind = kind_of(f"transports.{name}")
    assert not kind.reaches_people
    assert kind.location_required


def test_eml_keeps_the_contract_and_every_byte(tmp_path: Path) -> None:
    transport = open_kind("transports.eml", "out", root=tmp_path)
    check_transport(transport, lambda: [file.read_bytes() for file in (tmp_path / "out").iterdir()])
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".eml"}


def test_eml_files_sort_as_they_came(tmp_path: Path) -> None:
    session = open_kind("transports.eml", "out", root=tmp_path).open_session()
    contents = [f"Subject: {number}\r\n\r\n".encode() for number in range(12)]
    list(session.deliver([message_to("ann@example.org", content) for content in contents]))
    assert [file.read_bytes() for file in sorted((tmp_path / "out").iterdir())] == contents


def test_mbox_keeps_the_contract(tmp_path: Path) -> None:
    transport = open_kind("transports.mbox", "out/all.mbox", root=tmp_path)
    check_transport(transport, lambda: in_mbox(tmp_path / "out" / "all.mbox"))


def test_mbox_is_read_by_others(tmp_path: Path) -> None:
    transport = open_kind("transports.mbox", "all.mbox", root=tmp_path)
    tricky = b"Subject: x\r\n\r\nFrom the start\r\n>From before\r\n"
    list(transport.open_session().deliver([message_to("ann@example.org", tricky), message_to("bob@example.org")]))
    with closing(mailbox.mbox(tmp_path / "all.mbox")) as box:
        assert [message["Delivered-To"] for message in box] == ["ann@example.org", "bob@example.org"]
        assert next(iter(box)).get_payload() == ">From the start\n>>From before\n"
    assert in_mbox(tmp_path / "all.mbox")[0] == tricky


def test_mbox_takes_from_many_at_once(tmp_path: Path) -> None:
    transports = [open_kind("transports.mbox", "all.mbox", root=tmp_path) for _ in range(2)]

    def deliver(number: int) -> None:
        session = transports[number % 2].open_session()
        list(
            session.deliver([message_to(f"p{number}@example.org", b"Subject: x\r\n\r\n" + b"y" * 70_000 + b"\r\n")] * 5)
        )

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {len(content) for content in in_mbox(tmp_path / "all.mbox")} == {70_016}
    assert len(in_mbox(tmp_path / "all.mbox")) == 30


@pytest.mark.parametrize(("name", "words"), [("eml", "cannot be made"), ("mbox", "cannot be written")])
def test_a_place_that_cannot_be_written_leaves_all_unsent(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_text("a file")
    transport = open_kind(f"transports.{name}", "file/box", root=tmp_path)
    with pytest.raises(TransportError, match=words):
        transport.check()
    (outcome,) = transport.open_session().deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.ROUTE)
