import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.errors import LedgerError, Refused
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity
from tests.ledger.examples import WELCOME, intent, result

NAMES = st.from_regex(r"[A-Za-z_]\w*(-\w+)*", fullmatch=True)


def named(campaign: str) -> Identity:
    return Identity(campaign, "", "email", f"{campaign}.mailgrid")


def test_reading_makes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.store(WELCOME, rehearsal=False, write=False).close()
    assert folder.campaigns() == []
    assert folder.identities("welcome", rehearsal=False) == []
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_private_and_kept_out_of_version_control(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.store(WELCOME, rehearsal=False, write=True).close()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert (folder.path / ".gitignore").read_text() == "*\n"
    assert sorted(path.name for path in folder.path.iterdir()) == [".gitignore", "welcome.db"]


def test_a_folder_in_use_is_not_hidden_from_version_control(tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()
    Folder(tmp_path).store(WELCOME, rehearsal=False, write=True).close()
    assert not (tmp_path / ".gitignore").exists()


def test_a_rehearsal_counts_for_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    rehearsal = folder.store(WELCOME, rehearsal=True, write=True)
    rehearsal.write([intent("ann")], [result("ann")])
    rehearsal.close()
    real = folder.store(WELCOME, rehearsal=False, write=True)
    assert real.entry("ann") is None
    assert real.counts()[State.SENT] == 0
    real.close()
    assert folder.campaigns() == [("welcome", False), ("welcome", True)]


def test_a_rehearsal_and_a_run_do_not_wait_for_each_other(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    with folder.lock("welcome"), folder.lock("welcome", rehearsal=True), folder.lock("news"):
        second = folder.lock("welcome", rehearsal=True)
        with pytest.raises(Refused), second:
            pass


def test_what_a_ledger_knows_can_be_asked_without_the_campaign_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    spring = Identity("welcome", "2026-w18", "id", WELCOME.path)
    for identity in (WELCOME, spring):
        folder.store(identity, rehearsal=False, write=True).close()
    assert folder.identities("welcome", rehearsal=False) == [WELCOME, spring]


@given(names=st.lists(NAMES, unique=True, min_size=2, max_size=4))
@settings(max_examples=50, deadline=None)
def test_file_names_tell_campaigns_apart_on_every_file_system(names: list[str]) -> None:
    files = [Folder(Path()).file(name, rehearsal=False).name for name in names]
    assert len({file.casefold() for file in files}) == len(names)
    assert all(file.isascii() and file == file.lower() for file in files)


@pytest.mark.parametrize("name", ["Welcome", "Zoë-2", "con", "project", "com1", "\u017fummer", "_x", "K"])
def test_every_name_has_a_ledger_and_is_read_back(tmp_path: Path, name: str) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.store(named(name), rehearsal=False, write=True).close()
    folder.store(named(name), rehearsal=True, write=True).close()
    assert folder.campaigns() == [(name, False), (name, True)]
    assert not (folder.path / f"{name}.db").exists() or name == "_x"


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    assert Folder(Path("x")).file("../../etc/passwd\0", rehearsal=False) == Path(
        "x/%2e%2e%2f%2e%2e%2fetc%2fpasswd%00.db",
    )


def test_a_name_that_no_file_can_have_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    with pytest.raises(LedgerError, match="too long"), folder.lock("é" * 200):
        pass
    with pytest.raises(LedgerError, match="too long"):
        folder.store(named("é" * 200), rehearsal=False, write=True)


def test_a_file_in_the_folders_place_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / ".mailgrid").write_text("")
    with pytest.raises(LedgerError, match="file exists"), Folder(tmp_path / ".mailgrid").lock("welcome"):
        pass


def test_version_control_sees_nothing_of_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    Folder(tmp_path / ".mailgrid").store(WELCOME, rehearsal=False, write=True).close()
    status = subprocess.run(["git", "-C", str(tmp_path), "status", "--short"], check=True, capture_output=True)
    assert status.stdout == b""
