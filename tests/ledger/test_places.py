"""Where ledgers are: one suite, two kinds of places."""

from contextlib import closing
from dataclasses import replace

import pytest

from mailgrid.errors import Refused
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from tests.ledger.examples import WELCOME, intent, opened, result

SPRING = replace(WELCOME, edition="2026-w18", key_expression="id")


def test_reading_makes_nothing(ledgers: Ledgers) -> None:
    opened(ledgers, write=False).close()
    assert ledgers.campaigns() == []
    assert ledgers.identities("welcome", rehearsal=False) == []
    assert ledgers.under_way("welcome", rehearsal=False) is None
    assert not ledgers.exists


def test_a_rehearsal_counts_for_nothing(ledgers: Ledgers) -> None:
    with closing(ledgers.store(WELCOME, rehearsal=True, write=True)) as rehearsal:
        rehearsal.write([intent("ann")], [result("ann")])
    with closing(opened(ledgers)) as real:
        assert real.entry("ann") is None
        assert real.counts()[State.SENT] == 0
    assert ledgers.campaigns() == [("welcome", False), ("welcome", True)]


def test_campaigns_know_nothing_of_each_other(ledgers: Ledgers) -> None:
    with closing(opened(ledgers)) as welcome:
        welcome.write([intent("ann")], [result("ann")])
        welcome.begin_plan("7f3a", "ada", 1.0)
        with closing(ledgers.store(replace(WELCOME, campaign="news"), rehearsal=False, write=True)) as news:
            news.write([intent("ann")], [])
            assert news.recover() == 1
            assert news.plan_use("7f3a") is None
            assert news.tried_since(0.0, 1) == {100: 1}
        assert welcome.counts()[State.SENT] == 1


def test_what_a_ledger_knows_can_be_asked_without_the_campaign_file(ledgers: Ledgers) -> None:
    for identity in (WELCOME, SPRING):
        ledgers.store(identity, rehearsal=False, write=True).close()
    assert ledgers.identities("welcome", rehearsal=False) == [WELCOME, SPRING]


def test_one_run_at_a_time_and_it_can_be_seen(ledgers: Ledgers) -> None:
    with ledgers.lock("welcome", edition="2026-w18") as run, ledgers.lock("welcome", rehearsal=True):
        with pytest.raises(Refused, match="another run of `welcome` holds the lock") as caught:
            ledgers.lock("welcome").__enter__()
        assert (caught.value.code, caught.value.exit_code) == ("MG606", 4)
        seen = ledgers.under_way("welcome", rehearsal=False)
        assert seen is not None
        assert (seen.since, seen.edition) == (run.since, "2026-w18")
        assert ledgers.under_way("welcome", rehearsal=True) is None  # it sends nothing
    assert ledgers.under_way("welcome", rehearsal=False) is None
    with ledgers.lock("welcome"), ledgers.lock("news"):
        pass


def test_runs_share_the_seats_of_a_transport(ledgers: Ledgers) -> None:
    ledgers.project().close()
    one, other = ledgers.seats("ses", 3), ledgers.seats("ses", 3)
    with closing(ledgers.seats("relay", 3)) as relay:
        assert (one.share, other.share, relay.share) == (2, 1, 3)
    assert [one.take() for _ in range(4)] == [0, 1, 2, None]
    assert other.take() is None
    one.give_back(1)
    assert (other.take(), one.held, other.held) == (1, 2, 1)
    one.close()
    one.close()
    assert (other.share, other.take(), other.take(), other.take()) == (3, 0, 2, None)
    other.close()
