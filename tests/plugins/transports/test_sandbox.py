from pathlib import Path

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Status
from mailgrid.testing import check_transport, message_to
from tests.plugins.opening import kind_of, open_kind

from .stored import contents


def test_keeps_the_contract(tmp_path: Path) -> None:
    transport = open_kind("transports.sandbox", "box", root=tmp_path)
    check_transport(transport, lambda: contents(tmp_path / "box"))


def test_reaches_nobody_and_needs_no_configuration(tmp_path: Path) -> None:
    kind = kind_of("transports.sandbox")
    assert not kind.reaches_people
    assert not kind.location_required
    transport = open_kind("transports.sandbox", root=tmp_path)
    session = transport.open_session()
    (outcome,) = session.deliver([message_to("ann@example.org")])
    session.close()
    transport.close()
    assert outcome.status is Status.SENT
    (file,) = (tmp_path / "outbox" / "new").iterdir()
    assert file.read_text().startswith("Return-Path: <sender@example.org>\nDelivered-To: ann@example.org\n")


def test_takes_addresses_outside_of_ascii(tmp_path: Path) -> None:
    transport = open_kind("transports.sandbox", root=tmp_path)
    session = transport.open_session()
    (outcome,) = session.deliver([message_to("änn@example.org", "Subject: ä\r\n\r\nä\r\n".encode())])
    session.close()
    transport.close()
    assert outcome.status is Status.SENT


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    transport = open_kind("transports.sandbox", root=tmp_path)
    transport.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    transport = open_kind("transports.sandbox", root=tmp_path)
    with pytest.raises(TransportError, match="`outbox/` cannot be made: "):
        transport.check()
