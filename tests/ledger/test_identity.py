from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.store import Identity
from tests.ledger.examples import WELCOME

MOVED = replace(WELCOME, path="archive/welcome.mailgrid")


def opened(root: Path, identity: Identity, *, write: bool) -> SqliteStore:
    return SqliteStore(root / "welcome.db", identity, root=root, write=write)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose campaign has a ledger."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / WELCOME.path).write_text("")
    opened(tmp_path, WELCOME, write=True).close()
    return tmp_path


@pytest.mark.parametrize("write", [True, False])
def test_keys_made_in_another_way_are_refused(root: Path, write: bool) -> None:
    with pytest.raises(MailgridError, match="the key of `welcome` was `email` and is now `id`") as caught:
        opened(root, replace(WELCOME, key_expression="id"), write=write)
    assert (caught.value.code, caught.value.exit_code) == ("MG607", 2)
    assert "put `key` back as it was" in caught.value.hint


def test_another_edition_may_have_other_keys(root: Path) -> None:
    spring = replace(WELCOME, edition="2026-w18", key_expression="id")
    opened(root, spring, write=True).close()
    opened(root, WELCOME, write=True).close()
    with pytest.raises(MailgridError, match="was `id` and is now `email`"):
        opened(root, replace(spring, key_expression="email"), write=False)


@pytest.mark.parametrize("write", [True, False])
def test_the_same_name_from_another_file_asks(root: Path, write: bool) -> None:
    with pytest.raises(
        MailgridError, match=r"is the campaign of campaigns/welcome\.mailgrid, not of archive/"
    ) as caught:
        opened(root, MOVED, write=write)
    assert (caught.value.code, caught.value.exit_code) == ("MG608", 2)
    assert "another name" in caught.value.hint


def test_a_file_that_is_gone_from_its_old_place_has_moved(root: Path) -> None:
    (root / WELCOME.path).unlink()
    opened(root, MOVED, write=False).close()
    opened(root, MOVED, write=True).close()
    (root / "archive").mkdir()
    (root / MOVED.path).write_text("")
    with pytest.raises(MailgridError, match=r"is the campaign of archive/welcome\.mailgrid"):
        opened(root, WELCOME, write=False)


def test_a_campaign_that_is_no_file_is_not_compared(root: Path) -> None:
    opened(root, replace(WELCOME, path=""), write=True).close()
    with pytest.raises(MailgridError, match=r"is the campaign of campaigns/welcome\.mailgrid"):
        opened(root, MOVED, write=False)


def test_a_refused_opening_leaves_nothing_open(root: Path) -> None:
    for _ in range(3):
        with pytest.raises(MailgridError):
            opened(root, MOVED, write=True)
    opened(root, WELCOME, write=True).close()
    assert sorted(path.name for path in root.iterdir()) == ["campaigns", "welcome.db"]
