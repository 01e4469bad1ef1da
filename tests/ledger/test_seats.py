import subprocess
import sys
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.seats import Seats
from mailgrid.pipeline.table import Table

HOLDER = """
import sys
from pathlib import Path
from mailgrid.ledger.seats import Seats
seats = Seats(Path(sys.argv[1]), 4)
while seats.take() is not None:
    pass
print(seats.held, flush=True)
sys.stdin.read()
"""


def test_a_run_alone_has_all_seats(tmp_path: Path) -> None:
    seats = Seats(tmp_path, 3)
    assert seats.share == 3
    assert [seats.take() for _ in range(4)] == [0, 1, 2, None]
    seats.give_back(1)
    assert (seats.take(), seats.held) == (1, 3)
    seats.close()
    seats.close()


def test_runs_share_evenly_and_nobody_has_a_seat_twice(tmp_path: Path) -> None:
    runs = [Seats(tmp_path, 4) for _ in range(3)]
    assert [run.share for run in runs] == [2, 1, 1]
    assert [runs[0].take() for _ in range(4)] == [0, 1, 2, 3]
    assert runs[1].take() is None
    runs[0].give_back(2)
    assert runs[1].take() == 2
    runs[0].close()
    assert [run.share for run in runs[1:]] == [2, 2]
    more = [Seats(tmp_path, 4) for _ in range(3)]
    assert [run.share for run in (*more, *runs[1:])] == [1, 1, 0, 1, 1]


def test_a_killed_process_frees_its_seats(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdin
    try:
        assert holder.stdout.readline() == "4\n"
        seats = Seats(tmp_path, 4)
        assert (seats.share, seats.take()) == (2, None)
    finally:
        holder.kill()
        holder.communicate()
    assert (seats.share, seats.take()) == (4, 0)
    seats.close()


def test_each_transport_has_seats_of_its_own(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ".mailgrid")
    one, other = folder.seats("ses", 1), folder.seats("../x", 1)
    assert (one.take(), other.take()) == (0, 0)
    assert sorted(path.name for path in (tmp_path / ".mailgrid" / "seats").iterdir()) == ["%2e%2e%2fx", "ses"]
    one.close()
    other.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError):
        Seats(tmp_path / "file" / "seats", 1)


def test_who_has_too_many_gives_back_and_who_waits_gets_them(tmp_path: Path) -> None:
    first, second = Seats(tmp_path, 4), None
    table = Table(first)
    assert [table.admits(worker, 0.0) for worker in range(5)] == [True, True, True, True, False]
    second = Seats(tmp_path, 4)
    newcomer = Table(second)
    assert not newcomer.admits(0, 0.0)
    assert table.admits(0, 0.5)
    assert [worker for worker in range(4) if not table.admits(worker, 2.0)] == [0, 1, 2, 3]
    table.leave(3)
    table.leave(2)
    table.leave(2)
    assert [table.admits(worker, 2.0) for worker in range(5)] == [True, True, False, False, False]
    assert [newcomer.admits(worker, 2.0) for worker in range(3)] == [True, True, False]
    second.close()
    assert table.admits(3, 4.0)
    first.close()
