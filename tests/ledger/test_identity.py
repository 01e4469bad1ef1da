from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.store import Identity, Store
from tests.ledger.examples import WELCOME

MOVED = replace(WELCOME, path="archive/welcome.mailgrid")


def opened(ledgers: Ledgers, identity: Identity, *, write: bool) -> Store:
    return ledgers.store(identity, rehearsal=False, write=write)


@pytest.fixture
def project(tmp_path: Path, ledgers: Ledgers) -> Ledgers:
    """The ledgers of a project whose campaign has one."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / WELCOME.path).write_text("")
    opened(ledgers, WELCOME, write=True).close()
    return ledgers


@pytest.mark.parametrize("write", [True, False])
def test_keys_made_in_another_way_are_refused(project: Ledgers, write: bool) -> None:
    with pytest.raises(MailgridError, match="the key of `welcome` was `email` and is now `id`") as caught:
        opened(project, replace(WELCOME, key_expression="id"), write=write)
    assert (caught.value.code, caught.value.exit_code) == ("MG607", 2)
    assert "put `key` back as it was" in caught.value.hint


def test_another_edition_may_have_other_keys(project: Ledgers) -> None:
    spring = replace(WELCOME, edition="2026-w18", key_expression="id")
    opened(project, spring, write=True).close()
    opened(project, WELCOME, write=True).close()
    with pytest.raises(MailgridError, match="was `id` and is now `email`"):
        opened(project, replace(spring, key_expression="email"), write=False)


@pytest.mark.parametrize("write", [True, False])
def test_the_same_name_from_another_file_asks(project: Ledgers, write: bool) -> None:
    with pytest.raises(
        MailgridError, match=r"is the campaign of campaigns/welcome\.mailgrid, not of archive/"
    ) as caught:
        opened(project, MOVED, write=write)
    assert (caught.value.code, caught.value.exit_code) == ("MG608", 2)
    assert "another name" in caught.value.hint


def test_a_file_that_is_gone_from_its_old_place_has_moved(tmp_path: Path, project: Ledgers) -> None:
    (tmp_path / WELCOME.path).unlink()
    opened(project, MOVED, write=False).close()
    opened(project, MOVED, write=True).close()
    (tmp_path / "archive").mkdir()
    (tmp_path / MOVED.path).write_text("")
    with pytest.raises(MailgridError, match=r"is the campaign of archive/welcome\.mailgrid"):
        opened(project, WELCOME, write=False)


def test_a_campaign_that_is_no_file_is_not_compared(project: Ledgers) -> None:
    opened(project, replace(WELCOME, path=""), write=True).close()
    with pytest.raises(MailgridError, match=r"is the campaign of campaigns/welcome\.mailgrid"):
        opened(project, MOVED, write=False)


def test_a_refused_opening_leaves_nothing_open(project: Ledgers) -> None:
    for _ in range(3):
        with pytest.raises(MailgridError):
            opened(project, MOVED, write=True)
    opened(project, WELCOME, write=True).close()
    assert project.campaigns() == [("welcome", False)]
