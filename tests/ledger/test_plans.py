from contextlib import closing

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.plans import PlanUse
from mailgrid.ledger.store import Store
from tests.ledger.examples import opened


def test_a_plan_is_unknown_before_it_is_begun(store: Store) -> None:
    assert store.plan_use("7f3a91c2") is None


def test_a_begun_plan_is_not_finished(store: Store) -> None:
    store.begin_plan("7f3a91c2", "ada", 100.0)
    assert store.plan_use("7f3a91c2") == PlanUse("7f3a91c2", 100.0, None, "ada")


def test_a_plan_that_goes_on_keeps_its_beginning_and_names_who_goes_on(store: Store) -> None:
    store.begin_plan("7f3a91c2", "ada", 100.0)
    store.begin_plan("7f3a91c2", "bob", 200.0)
    store.finish_plan("7f3a91c2", 300.0)
    assert store.plan_use("7f3a91c2") == PlanUse("7f3a91c2", 100.0, 300.0, "bob")


def test_a_finished_plan_keeps_when_it_was_finished(store: Store) -> None:
    store.begin_plan("7f3a91c2", "ada", 100.0)
    store.finish_plan("7f3a91c2", 200.0)
    store.finish_plan("7f3a91c2", 300.0)
    known = store.plan_use("7f3a91c2")
    assert known is not None
    assert known.finished == 200.0


def test_what_was_noted_is_there_for_a_reader_and_after_closing(ledgers: Ledgers) -> None:
    with closing(opened(ledgers)) as store:
        store.begin_plan("7f3a91c2", "ada", 100.0)
        with closing(opened(ledgers, write=False)) as reader:
            assert reader.plan_use("7f3a91c2") is not None
    with closing(opened(ledgers)) as store:
        assert store.plan_use("7f3a91c2") is not None


def test_a_ledger_that_is_not_there_knows_no_plan_and_is_not_made(ledgers: Ledgers) -> None:
    with closing(opened(ledgers, write=False)) as reader:
        assert reader.plan_use("7f3a91c2") is None
    assert not ledgers.exists
