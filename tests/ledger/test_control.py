from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.ledger.control import Wish, change_wish, read_wish

RUN = 1_777_777_777.123456


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "project.db"


def wish(path: Path, run: float = RUN, *, campaign: str = "welcome", rehearsal: bool = False) -> Wish:
    return read_wish(path, campaign, run, rehearsal=rehearsal)


def test_nobody_wants_anything_where_there_is_no_file_and_none_is_made(path: Path) -> None:
    assert wish(path) == Wish()
    assert not path.exists()


def test_a_wish_is_for_one_run(path: Path) -> None:
    change_wish(path, "welcome", RUN, lambda before: replace(before, paused=True), rehearsal=False)
    assert wish(path) == Wish(paused=True)
    assert wish(path, RUN + 1) == wish(path, campaign="other") == wish(path, rehearsal=True) == Wish()
    change_wish(path, "welcome", RUN + 1, lambda before: replace(before, rate="5/s"), rehearsal=False)
    assert wish(path, RUN + 1) == Wish(rate="5/s")
    assert wish(path) == Wish()


def test_two_who_speak_at_once_do_not_undo_each_other(path: Path) -> None:
    changes = ({"rate": "5/s"}, {"paused": True}, {"stopped": True})

    def change(number: int) -> None:
        change_wish(path, "welcome", RUN, lambda before: replace(before, **changes[number]), rehearsal=False)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(change, range(3)))
    assert wish(path) == Wish("5/s", paused=True, stopped=True)
