"""Gathering for a saved plan: nobody who is not in it is written to."""

from contextlib import closing
from pathlib import Path

from mailgrid.ledger.states import State
from mailgrid.ledger.store import Intent, Result
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.gather import Gather
from mailgrid.planning.allowlist import AllowList
from mailgrid.planning.plan import Plan
from tests.pipeline.campaign import crowd, gathered, ledger, plan_of
from tests.pipeline.virtual_clock import EPOCH

SALT = b"salt"


def only(*names: str) -> AllowList:
    return AllowList.of_keys(SALT, [f"{name}@example.org" for name in names])


def pending(folder: Path, plan: Plan) -> set[str]:
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        Gather(plan, store)(audience)
        return set(audience.keys())


def test_who_came_since_is_left_out_and_who_is_gone_is_counted(tmp_path: Path) -> None:
    tally = gathered(tmp_path, plan_of(crowd(5)), only=only("p1", "p3", "gone", "gone too"))
    assert tally.to_send == 2
    assert tally.unplanned == 3
    assert tally.gone == 2


def test_a_person_in_two_rows_is_not_counted_twice(tmp_path: Path) -> None:
    tally = gathered(tmp_path, plan_of([*crowd(2), *crowd(2)]), only=only("p1", "gone"))
    assert (tally.to_send, tally.unplanned, tally.gone, tally.duplicate) == (1, 1, 1, 2)


def test_who_got_it_already_did_not_come_since(tmp_path: Path) -> None:
    key = "p0@example.org"
    with closing(ledger(tmp_path, plan_of([]))) as store:
        store.write([Intent(key, key, "", 1, EPOCH)], [])
        store.write([], [Result(key, State.SENT, 250, "", "", EPOCH, 0.0)])
    tally = gathered(tmp_path, plan_of(crowd(2)), only=only("p1"))
    assert tally.standings == {"already sent": 1, "pending": 1}


def test_without_a_plan_everybody_is_written_to(tmp_path: Path) -> None:
    tally = gathered(tmp_path, plan_of(crowd(3)))
    assert (tally.to_send, tally.unplanned, tally.gone) == (3, 0, 0)


def test_nobody_who_came_since_takes_the_place_of_another(tmp_path: Path) -> None:
    chosen = pending(tmp_path, plan_of(crowd(10), take=4))
    allowed = AllowList.of_keys(SALT, chosen)
    tally = gathered(tmp_path, plan_of(crowd(100), take=4), only=allowed)
    newcomers = pending(tmp_path, plan_of(crowd(100), take=4)) - chosen
    assert tally.to_send == 4
    assert tally.gone == 0
    assert tally.unplanned == len(newcomers) > 0
    assert tally.standings["beyond take"] == 96 - len(newcomers)
