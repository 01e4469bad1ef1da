import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pluggy
import pytest

from mailgrid import hookspecs
from mailgrid.errors import MailgridError
from mailgrid.hookspecs import CampaignInfo, Counts, Fate, Outcome, hookimpl
from mailgrid.ledger.states import State
from mailgrid.pipeline.observers import Observers
from mailgrid.planning.plan import NamedObserver
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


class Reader(Diary):
    """Reads what has become of each row, and takes its time."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self.pause = pause

    def rows_settled(self, fates: Iterable[Fate]) -> None:
        for fate in fates:
            time.sleep(self.pause)
            self.seen.append(fate.line)


def fates(count: int = 3) -> Iterator[Fate]:
    return (Fate(line=line, key="", address="", status="sent", reason="") for line in range(count))


def test_those_that_a_file_names_are_told_too_and_of_each_row_before_the_end() -> None:
    readers = [Reader(), Reader()]
    expected = run(Observers(hooks(), [NamedObserver("one", each) for each in readers], fates), 2)
    for reader in readers:
        assert reader.seen == [*expected[:-1], 0, 1, 2, COUNTS]


def test_one_that_still_reads_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    reader = Reader(pause=0.05)
    run(Observers(hooks(), [NamedObserver("reader", reader)], lambda: fates(40), patience=1.5))
    assert reader.seen[-1] is COUNTS
    assert not caplog.records


def test_one_that_is_patient_is_waited_for_as_long(caplog: pytest.LogCaptureFixture) -> None:
    class Patient(Diary):
        patience = 5.0

        def campaign_finished(self, counts: Counts) -> None:
            time.sleep(0.3)
            self.seen.append(counts)

    patient = Patient()
    run(Observers(hooks(), [NamedObserver("patient", patient)], patience=0.01))
    assert patient.seen[-1] is COUNTS
    assert not caplog.records


def test_what_one_says_itself_is_shown_under_its_name(caplog: pytest.LogCaptureFixture) -> None:
    class Plaintive(Diary):
        def campaign_finished(self, counts: Counts) -> None:
            raise MailgridError("the diary is full")

    run(Observers(hooks(), [NamedObserver("acme_diary", Plaintive())]))
    assert [record.getMessage() for record in caplog.records] == ["the observer `acme_diary`: the diary is full"]
