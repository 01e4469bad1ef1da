from pathlib import Path

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Scope, Status
from mailgrid.testing import check_transport, message_to
from tests.plugins.opening import kind_of, open_kind

from .stored import contents


def test_keeps_the_contract(tmp_path: Path) -> None:
    transport = open_kind("transports.maildir", "box", root=tmp_path)
    check_transport(transport, lambda: contents(tmp_path / "box"))


def test_reaches_nobody_and_wants_a_folder() -> None:
    kind = kind_of("transports.maildir")
    assert not kind.reaches_people
    assert kind.location_required


def test_a_mail_program_can_open_it(tmp_path: Path) -> None:
    session = open_kind("transports.maildir", "box", root=tmp_path).open_session()
    list(session.deliver([message_to("ann@example.org")]))
    assert {path.name for path in (tmp_path / "box").iterdir()} == {"cur", "new", "tmp"}
    assert list((tmp_path / "box" / "tmp").iterdir()) == []


def test_an_empty_folder_that_is_there_already_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    session = open_kind("transports.maildir", "box", root=tmp_path).open_session()
    (outcome,) = session.deliver([message_to("ann@example.org")])
    assert outcome.status is Status.SENT


def test_a_folder_that_cannot_be_made_leaves_all_unsent(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file")
    transport = open_kind("transports.maildir", "box", root=tmp_path)
    with pytest.raises(TransportError, match="`box` cannot be made"):
        transport.check()
    (outcome,) = transport.open_session().deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.ROUTE)
