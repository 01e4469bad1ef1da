from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from mailgrid.ledger.control import Wish
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.store import Store

RUN = 1_777_777_777.123456


def wish(ledgers: Ledgers, run: float = RUN, *, campaign: str = "welcome", rehearsal: bool = False) -> Wish:
    return ledgers.wish(campaign, run, rehearsal=rehearsal)


def test_nobody_wants_anything_where_there_is_no_ledger_and_none_is_made(ledgers: Ledgers) -> None:
    assert wish(ledgers) == Wish()
    assert not ledgers.exists


def test_a_wish_is_for_one_run(ledgers: Ledgers, store: Store) -> None:
    ledgers.steer("welcome", RUN, lambda before: replace(before, paused=True), rehearsal=False)
    assert wish(ledgers) == Wish(paused=True)
    assert wish(ledgers, RUN + 1) == wish(ledgers, campaign="other") == wish(ledgers, rehearsal=True) == Wish()
    ledgers.steer("welcome", RUN + 1, lambda before: replace(before, rate="5/s"), rehearsal=False)
    assert wish(ledgers, RUN + 1) == Wish(rate="5/s")
    assert wish(ledgers) == Wish()


def test_two_who_speak_at_once_do_not_undo_each_other(ledgers: Ledgers, store: Store) -> None:
    changes = ({"rate": "5/s"}, {"paused": True}, {"stopped": True})

    def change(number: int) -> None:
        ledgers.steer("welcome", RUN, lambda before: replace(before, **changes[number]), rehearsal=False)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(change, range(3)))
    assert wish(ledgers) == Wish("5/s", paused=True, stopped=True)
