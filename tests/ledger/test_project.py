import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.project import Bucket, ProjectLedger
from tests.ledger.examples import WELCOME

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "project.db"


def due(path: Path, transport: str = "ses") -> int:
    """The bucket's state, as any program can read it."""
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("SELECT due FROM buckets WHERE transport = ?", (transport,)).fetchone()
        assert isinstance(found, int)
        return found


def add(project: ProjectLedger, amount: int, transport: str = "ses") -> list[int]:
    """Count a bucket up, and return what it held before: nothing where it was busy."""
    seen: list[int] = []

    def step(bucket: Bucket) -> Bucket:
        seen.append(bucket.due)
        return replace(bucket, due=bucket.due + amount)

    return seen if project.exchange(transport, step) else []


def test_a_bucket_begins_at_nothing_and_keeps_its_state(path: Path) -> None:
    with closing(ProjectLedger(path)) as project:
        assert add(project, 1_777_777_777_123_456_789) == [0]
        assert add(project, 1) == [1_777_777_777_123_456_789]
    with closing(ProjectLedger(path)) as project:
        assert add(project, 0) == [1_777_777_777_123_456_790]


def test_it_keeps_all_of_a_bucket(path: Path) -> None:
    seen: list[Bucket] = []

    def step(bucket: Bucket) -> Bucket:
        seen.append(bucket)
        return Bucket(5, 7)

    with closing(ProjectLedger(path)) as project:
        assert [project.exchange("ses", step) for _ in range(2)] == [True, True]
    assert seen == [Bucket(), Bucket(5, 7)]


def test_each_transport_has_its_own(path: Path) -> None:
    with closing(ProjectLedger(path)) as project:
        add(project, 5, "ses")
        add(project, 7, "SES")
        assert (add(project, 0, "ses"), add(project, 0, "SES"), add(project, 0, "relay")) == ([5], [7], [0])


def test_it_is_private_and_closes_more_than_once(path: Path) -> None:
    project = ProjectLedger(path)
    add(project, 1)
    project.close()
    project.close()
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"project.db": 0o600, "project.db-journal": 0o600}


def test_it_is_no_campaign_of_the_folder(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    folder.project().close()
    assert [file.name for file in folder.path.glob("*.db")] == ["project.db"]
    folder.store(WELCOME, rehearsal=False, write=True).close()
    assert folder.campaigns() == [("welcome", False)]


def test_two_connections_see_each_others_changes(path: Path) -> None:
    with closing(ProjectLedger(path)) as one, closing(ProjectLedger(path)) as other:
        assert [add(one, 1), add(other, 1), add(one, 1), add(other, 1)] == [[0], [1], [2], [3]]


def test_who_finds_it_busy_is_told_so_and_nothing_changes(path: Path) -> None:
    with closing(ProjectLedger(path)) as project, closing(sqlite3.connect(path, isolation_level=None)) as other:
        add(project, 5)
        other.execute("BEGIN IMMEDIATE")
        assert add(project, 1) == []
        other.execute("ROLLBACK")
        assert add(project, 1) == [5]


def test_a_reader_that_stays_makes_it_busy_too(path: Path) -> None:
    with closing(ProjectLedger(path)) as project, closing(sqlite3.connect(path, isolation_level=None)) as other:
        add(project, 5)
        other.execute("BEGIN")
        other.execute("SELECT * FROM buckets").fetchall()
        assert add(project, 1) == []
        other.execute("COMMIT")
        assert add(project, 1) == [5]


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    with closing(ProjectLedger(path)) as project:
        add(project, 5)
        with pytest.raises(ZeroDivisionError):
            project.exchange("ses", lambda bucket: Bucket(bucket.due // 0))
        assert add(project, 0) == [5]


def racer(path: Path, steps: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.ledger.racer", str(path), str(steps)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_that_race_lose_no_change(path: Path) -> None:
    racers = [racer(path, 70) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].count("done") for process in racers] == [70, 70]
    assert due(path) == 140


def test_those_who_come_while_it_is_made_take_it_for_what_it_is(tmp_path: Path) -> None:
    def opened(path: Path) -> list[int]:
        with closing(ProjectLedger(path)) as project:
            return add(project, 0)

    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            for held in pool.map(opened, [tmp_path / f"{number}.db"] * 4):
                assert held in ([0], [])  # nothing where it was busy


def test_a_racer_that_is_killed_in_the_middle_harms_nobody(path: Path) -> None:
    done = 0
    for lines in (5, 8, 13):
        process = racer(path, 1_000_000)
        assert process.stdout is not None
        done += sum(1 for _ in zip(range(lines), process.stdout, strict=False))
        process.kill()
        done += process.communicate()[0].count("done")
        with closing(ProjectLedger(path)) as project:
            (held,) = add(project, 0)
        assert done <= held <= done + 1  # a step may be done and not told
        done = held


# ---- what can be wrong with the file -----------------------------------------------------------------------------


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("nothing like a database, but long enough to be one" * 100)
    with pytest.raises(LedgerError, match=r"project\.db: the file is no SQLite database") as caught:
        ProjectLedger(path)
    assert caught.value.exit_code == 5


def test_a_file_that_is_damaged(path: Path) -> None:
    ProjectLedger(path).close()
    with path.open("r+b") as file:
        file.seek(100)  # behind the header: https://www.sqlite.org/fileformat2.html
        file.write(b"\xff" * (path.stat().st_size - 100))
    with pytest.raises(LedgerError, match=r"project\.db: the file is damaged"):
        ProjectLedger(path)


def test_a_full_disk(path: Path) -> None:
    with closing(ProjectLedger(path)) as project:
        (pages,) = project._connection.execute("PRAGMA page_count").fetchone()
        project._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match=r"project\.db: the disk is full"):
            add(project, 1, "x" * 10_000)
        assert add(project, 1, "ses") == [0]


@pytest.mark.parametrize("other", ["CREATE TABLE buckets (name TEXT)", "PRAGMA journal_mode = WAL; CREATE TABLE t (a)"])
def test_another_programs_database_is_not_touched(path: Path, other: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(other)
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program's database"):
        ProjectLedger(path)
    assert path.read_bytes() == before


def test_a_campaigns_ledger_is_not_taken_for_it(tmp_path: Path) -> None:
    Folder(tmp_path).store(WELCOME, rehearsal=False, write=True).close()
    with pytest.raises(LedgerError, match="another program's database"):
        ProjectLedger(tmp_path / "welcome.db")


def test_a_file_of_a_newer_mailgrid(path: Path) -> None:
    ProjectLedger(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(MailgridError, match=r"newer Mailgrid \(format 2, this one knows 1\)"):
        ProjectLedger(path)


@pytest.fixture
def locked_up() -> Iterator[Path]:
    """A ledger that nobody may write to; where the tests run as root, they are somebody else here."""
    folder = Path(tempfile.mkdtemp())
    ProjectLedger(folder / "project.db").close()
    (folder / "project.db").chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield folder / "project.db"
    os.seteuid(user)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_file_that_is_read_only_is_told_before_anything_is_sent(locked_up: Path) -> None:
    with pytest.raises(LedgerError, match=r"project\.db: it is read-only"):
        ProjectLedger(locked_up)


def test_a_folder_where_none_can_be_made(locked_up: Path) -> None:
    with pytest.raises(LedgerError, match="permission denied"):
        ProjectLedger(locked_up.with_name("other.db"))
