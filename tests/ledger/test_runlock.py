import fcntl
import stat
import sys
from pathlib import Path
from threading import Timer

import pytest

from mailgrid.errors import LedgerError, Refused
from mailgrid.ledger.runlock import RunLock, UnderWay, under_way

NOON = 1_775_217_600.0


def lock(folder: Path, edition: str | None = None) -> RunLock:
    return RunLock(folder / "welcome.lock", "welcome", lambda: NOON, edition)


def test_it_is_free_again_after_the_run(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path):
            assert "since 2026-04-03 12:00:00Z" in (tmp_path / "welcome.lock").read_text()


def test_it_is_free_again_after_a_run_that_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(tmp_path):
        raise ZeroDivisionError
    with lock(tmp_path):
        assert (tmp_path / "welcome.lock").exists()


def test_one_process_cannot_take_it_twice_either(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Refused, match="since 2026-04-03 12:00:00Z"), lock(tmp_path):
        pass


@pytest.mark.parametrize("edition", ["", "spring 2026"])
def test_one_can_look_which_run_is_under_way(tmp_path: Path, edition: str) -> None:
    path = tmp_path / "welcome.lock"
    assert under_way(path) is None
    with lock(tmp_path, edition) as held:
        assert under_way(path) == UnderWay(held.since, edition) == UnderWay(NOON, edition)
        with pytest.raises(Refused, match=r"\(pid \d+ on \S+ since 2026-04-03 12:00:00Z\)"), lock(tmp_path):
            pass
    assert under_way(path) is None


def test_a_command_that_sends_nothing_is_no_run(tmp_path: Path) -> None:
    with lock(tmp_path, "spring"):
        pass
    with lock(tmp_path):
        assert under_way(tmp_path / "welcome.lock") is None


def test_whoever_looks_keeps_nobody_from_it(tmp_path: Path) -> None:
    (tmp_path / "welcome.lock").touch()
    with (tmp_path / "welcome.lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        Timer(0.01, file.close).start()
        with lock(tmp_path, ""):
            assert under_way(tmp_path / "welcome.lock")


def test_a_holder_who_has_written_nothing_yet_is_named_so(tmp_path: Path) -> None:
    with lock(tmp_path):
        (tmp_path / "welcome.lock").write_text("")
        with pytest.raises(Refused, match="it has only just begun"), lock(tmp_path):
            pass


def test_a_shorter_holder_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    (tmp_path / "welcome.lock").write_text("x" * 400)
    with lock(tmp_path):
        assert "xx" not in (tmp_path / "welcome.lock").read_text()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with lock(tmp_path):
        assert stat.S_IMODE((tmp_path / "welcome.lock").stat().st_mode) == 0o600


def test_a_system_without_file_locks_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(LedgerError, match="no file locks") as caught, lock(tmp_path):
        pass
    assert "WSL" in caught.value.hint


def test_a_folder_that_is_gone_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file or directory"), lock(tmp_path / "gone"):
        pass
