import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError
from mailgrid.ledger.folder import Folder


def test_the_first_use_makes_one_for_its_owner_only(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    key = folder.token_key()
    file = tmp_path / ".mailgrid" / "token.key"
    assert len(key) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.token_key() == file.read_text("ascii").strip() == key
    assert sorted(path.name for path in file.parent.iterdir()) == [".gitignore", "token.key"]


def test_all_who_come_at_once_find_the_same(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: folder.token_key(), range(16)))) == 1


def test_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.token_key()
    (tmp_path / ".mailgrid" / "token.key").chmod(0o640)
    with pytest.raises(LedgerError, match="can be read by others") as caught:
        folder.token_key()
    assert caught.value.hint.startswith("chmod 600 ")


def test_one_that_is_none_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.token_key()
    (tmp_path / ".mailgrid" / "token.key").write_bytes(os.urandom(32) + b"\xff")
    with pytest.raises(LedgerError, match="holds no secret key"):
        folder.token_key()
