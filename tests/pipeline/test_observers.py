import threading
from typing import Any

import pluggy
import pytest

from mailgrid import hookspecs
from mailgrid.hookspecs import CampaignInfo, Counts, Outcome, hookimpl
from mailgrid.ledger.states import State
from mailgrid.pipeline.observers import Observers
from tests.pipeline.outcomes import event

INFO = CampaignInfo(name="welcome", edition="", transport="memory", to_send=1)
COUNTS = Counts(sent=1, failed=0, deferred=0, in_doubt=0)


def hooks(**plugins: object) -> Any:
    manager = pluggy.PluginManager("mailgrid")
    manager.add_hookspecs(hookspecs)
    for name, plugin in plugins.items():
        manager.register(plugin, name)
    return manager.hook


class Diary:
    def __init__(self) -> None:
        self.seen: list[object] = []
        self.threads: set[str] = set()

    @hookimpl
    def campaign_started(self, campaign: CampaignInfo) -> None:
        self.threads.add(threading.current_thread().name)
        self.seen.append(campaign)

    @hookimpl
    def outcome_recorded(self, outcome: Outcome) -> None:
        self.seen.append(outcome)

    @hookimpl
    def campaign_finished(self, counts: Counts) -> None:
        self.seen.append(counts)


class Forgetful:
    calls = 0

    @hookimpl
    def outcome_recorded(self) -> None:
        self.calls += 1


class Angry:
    @hookimpl
    def outcome_recorded(self, outcome: Outcome) -> None:
        raise RuntimeError(outcome.message.rcpt_to)


class Slow:
    def __init__(self) -> None:
        self.go_on = threading.Event()

    @hookimpl
    def outcome_recorded(self, outcome: Outcome) -> None:
        self.go_on.wait(10)


def run(observers: Observers, count: int = 2) -> list[object]:
    events = [event(State.SENT, str(number)) for number in range(count)]
    observers.started(INFO)
    for one in events:
        observers(one)
    observers(event(State.FAILED, rendered=False))
    observers.finished(COUNTS)
    observers.close()
    return [INFO, *(one.outcome for one in events), COUNTS]


def test_all_is_told_in_order_on_another_thread() -> None:
    diary, forgetful = Diary(), Forgetful()
    expected = run(Observers(hooks(diary=diary, forgetful=forgetful)))
    assert diary.seen == expected
    assert diary.threads == {"observers"}
    assert forgetful.calls == 2


def test_where_nobody_watches_no_thread_is_started() -> None:
    run(Observers(hooks()))
    assert "observers" not in {thread.name for thread in threading.enumerate()}


def test_one_that_raises_is_named_once_and_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()
    expected = run(Observers(hooks(angry=Angry(), diary=diary)), 50)
    assert diary.seen == expected
    assert [record.getMessage() for record in caplog.records] == ["the observer `angry` raised RuntimeError"]


def test_one_that_is_too_slow_is_left_behind_and_named(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()
    run(Observers(hooks(slow=slow), patience=0.01), 10_010)
    texts = [record.getMessage() for record in caplog.records]
    assert "an observer was still busy after 0.01 s and was left behind" in texts
    assert any("were not told of" in text for text in texts)
    slow.go_on.set()
