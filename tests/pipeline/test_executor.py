from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Message, Outcome, Scope, Status
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.planning.plan import RetryRule, StopRule
from tests.pipeline.campaign import crowd, entries, plan_of, renderer, send, states
from tests.pipeline.far_side import (
    FarSide,
    answering,
    closing,
    deferred,
    first,
    lost,
    refused,
    sent,
    turned_away,
    unwelcome,
)
from tests.pipeline.virtual_clock import EPOCH, VirtualClock


def only(person: str, behave: object, others: object = sent) -> object:
    return lambda message, attempt: (behave if message.rcpt_to.startswith(person) else others)(message, attempt)  # type: ignore[operator]


def test_everybody_gets_it_once_and_the_ledger_knows(tmp_path: Path) -> None:
    far_side = FarSide()
    report = send(tmp_path, plan_of(crowd(30), far_side, workers=3))
    assert (report.sent, report.to_send, report.exit_code) == (30, 30, 0)
    assert set(far_side.arrived.values()) == {1}
    assert len(far_side.arrived) == 30
    assert set(states(tmp_path, plan_of([])).values()) == {"sent"}
    assert far_side.opened == far_side.closed == 3
    again = send(tmp_path, plan_of(crowd(31), far_side))
    assert (again.sent, again.already_sent) == (1, 30)


def test_no_more_workers_than_people(tmp_path: Path) -> None:
    both = Barrier(2, timeout=20)

    def together(message: Message, attempt: int) -> Outcome:
        both.wait()  # else the first may have both before the second comes
        return sent(message, attempt)

    far_side = FarSide(together, window=1)
    send(tmp_path, plan_of(crowd(2), far_side, workers=8))
    assert (len(far_side.arrived), far_side.opened) == (2, 2)


def test_each_outcome_has_its_place_in_the_report(tmp_path: Path, clock: VirtualClock) -> None:
    kinds = {"p1@": refused, "p2@": lost, "p3@": first(deferred), "p4@": first(closing)}
    far_side = FarSide(lambda message, attempt: kinds.get(message.rcpt_to[:3], sent)(message, attempt))
    report = send(tmp_path, plan_of(crowd(6), far_side), clock=clock)
    assert (report.sent, report.failed, report.in_doubt, report.deferred) == (4, 1, 1, 0)
    assert report.attempts == 7
    assert report.reasons == {
        ("rejected for good", 550, "", "no such user"): 1,
        ("in doubt", 0, "", "connection lost"): 1,
    }
    assert report.exit_code == 1
    assert entries(tmp_path, plan_of([]))["p3@example.org"].attempts == 2
    assert entries(tmp_path, plan_of([]))["p4@example.org"].attempts == 1


def test_deferred_ones_are_left_to_the_next_run_when_nobody_waits(tmp_path: Path, clock: VirtualClock) -> None:
    far_side = FarSide(first(deferred))
    report = send(tmp_path, plan_of(crowd(3), far_side, workers=1), clock=clock, wait=False)
    assert (report.deferred, report.sent, report.exit_code) == (3, 0, 1)
    assert clock.now() < EPOCH + 5
    next_run = send(tmp_path, plan_of(crowd(3), far_side), clock=clock)
    assert (next_run.sent, next_run.deferred, next_run.to_send) == (3, 0, 3)
    assert entries(tmp_path, plan_of([]))["p0@example.org"].attempts == 2


def test_unsent_ones_are_sent_even_when_nobody_waits(tmp_path: Path, clock: VirtualClock) -> None:
    report = send(tmp_path, plan_of(crowd(3), FarSide(first(closing))), clock=clock, wait=False)
    assert report.sent == 3


def test_gives_up_after_the_last_attempt_and_begins_afresh_in_the_next_run(tmp_path: Path, clock: VirtualClock) -> None:
    far_side = FarSide(deferred)
    report = send(tmp_path, plan_of(crowd(1), far_side, retry=RetryRule(attempts=3)), clock=clock)
    assert report.reasons == {("gave up after 3", 451, "", "greylisted"): 1}
    assert far_side.tries["p0@example.org"] == 3
    far_side.behave = sent
    assert send(tmp_path, plan_of(crowd(1), far_side), clock=clock).sent == 1


def test_a_refusal_of_the_sender_stops_the_run_and_leaves_all_pending(tmp_path: Path) -> None:
    report = send(tmp_path, plan_of(crowd(9), FarSide(turned_away), workers=1))
    assert (report.attempts, report.not_tried, report.exit_code) == (0, 9, 5)
    assert states(tmp_path, plan_of([])) == {}
    assert "example.com" not in str(report.error)


def test_three_refusals_because_of_us_leave_those_pending_too(tmp_path: Path) -> None:
    far_side = FarSide(only("p0", sent, unwelcome))  # type: ignore[arg-type]
    report = send(tmp_path, plan_of(crowd(9), far_side, workers=1))
    assert isinstance(report.error, TransportError)
    assert (report.sent, report.failed, report.not_tried) == (1, 0, 8)
    assert states(tmp_path, plan_of([])) == {"p0@example.org": "sent"}


def test_two_such_refusals_are_about_those_people(tmp_path: Path) -> None:
    far_side = FarSide(only("p1", unwelcome))  # type: ignore[arg-type]
    report = send(tmp_path, plan_of([*crowd(3), ("p1b@example.org", "")], far_side, workers=1))
    assert (report.sent, report.failed, report.error) == (2, 2, None)
    assert states(tmp_path, plan_of([]))["p1@example.org"] == "failed"


def test_stop_after_leaves_the_rest_pending(tmp_path: Path) -> None:
    plan = plan_of(crowd(50), FarSide(refused, window=1), workers=1, stop=StopRule(count=5))
    report = send(tmp_path, plan)
    assert (report.failed, report.not_tried, report.exit_code) == (5, 45, 5)
    assert "stopped after 5 failures" in str(report.error)


@pytest.mark.parametrize("rule", [RetryRule(attempts=2), RetryRule(period=1.0)])
def test_nobody_is_given_up_because_the_route_is_slow(tmp_path: Path, clock: VirtualClock, rule: RetryRule) -> None:
    throttled = answering(Status.DEFERRED, 451, Scope.ROUTE, text="rate limit")
    far_side = FarSide(first(throttled, throttled, throttled, throttled))
    report = send(tmp_path, plan_of(crowd(1), far_side, retry=replace(rule, period=7200.0)), clock=clock)
    assert (report.sent, report.failed) == (1, 0)


def test_a_route_that_stays_slow_is_given_up_and_nobody_has_failed(tmp_path: Path, clock: VirtualClock) -> None:
    throttled = answering(Status.DEFERRED, 451, Scope.ROUTE, text="rate limit")
    report = send(tmp_path, plan_of(crowd(5), FarSide(throttled), retry=RetryRule(attempts=2)), clock=clock)
    assert (report.failed, report.exit_code) == (0, 5)
    assert set(states(tmp_path, plan_of([])).values()) <= {"deferred"}


def test_a_server_that_is_gone_ends_the_run(tmp_path: Path, clock: VirtualClock) -> None:
    gone = answering(Status.UNSENT, 0, Scope.ROUTE, text="connection refused")
    report = send(tmp_path, plan_of(crowd(5), FarSide(gone), workers=1), clock=clock)
    assert (report.not_tried, report.exit_code) == (5, 5)
    assert 120 < clock.now() - EPOCH < 300
    assert states(tmp_path, plan_of([])) == {}


def test_all_over_does_not_wait_for_the_route_to_rest(tmp_path: Path, clock: VirtualClock) -> None:
    behave = answering(Status.IN_DOUBT, 421, Scope.ROUTE, retry_after=600.0)
    report = send(tmp_path, plan_of(crowd(1), FarSide(behave)), clock=clock)
    assert report.in_doubt == 1
    assert clock.now() - EPOCH < 10


def test_somebody_whose_message_cannot_be_rendered_fails_alone(tmp_path: Path) -> None:
    plan = plan_of(
        [*crowd(3), ("bad@example.org", "0")], renderer=renderer("{{ 1 / (number(name) if name == '0' else 1) }}")
    )
    report = send(tmp_path, plan)
    assert (report.sent, report.failed) == (3, 1)
    assert [what for what, *_ in report.reasons] == ["cannot be rendered"]
    assert entries(tmp_path, plan)["bad@example.org"].gave_up


def test_an_address_in_a_copy_that_is_none_fails_alone(tmp_path: Path) -> None:
    words = renderer(reply_to="{{ name }}@example.com")
    plan = plan_of([("a@example.org", "ok"), ("b@example.org", "x y")], renderer=words)
    report = send(tmp_path, plan)
    assert (report.sent, report.failed, report.error) == (1, 1, None)


def test_events_come_once_they_are_durable_in_order(tmp_path: Path, clock: VirtualClock) -> None:
    events: list[Event] = []
    send(tmp_path, plan_of(crowd(2), FarSide(first(deferred))), clock=clock, events=events.append)
    assert sorted(event.status for event in events) == ["deferred"] * 2 + ["sent"] * 2
    assert [event.as_json("w")["attempt"] for event in events if event.person.recipient.line == 2] == [1, 2]


def test_a_watcher_that_raises_is_told_no_more_but_all_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_event: Event) -> None:
        raise OSError("no room for ann@example.org")

    assert send(tmp_path, plan_of(crowd(900)), events=full).sent == 900
    assert [record.getMessage() for record in caplog.records] == [
        "whoever watches the run raised OSError and is told no more"
    ]


def test_copies_go_out_after_the_message_each_once(tmp_path: Path) -> None:
    from mailgrid.message.render import Words

    far_side = FarSide(only("boss", refused))  # type: ignore[arg-type]
    words = renderer(bcc=(Words("boss@example.net", "bcc"), Words("log@example.net", "bcc")))
    report = send(tmp_path, plan_of(crowd(3), far_side, renderer=words, cost=3))
    assert (report.sent, report.failed, report.warnings) == (3, 0, 3)
    assert far_side.arrived["log@example.net"] == far_side.tries["boss@example.net"] == 3
    assert entries(tmp_path, plan_of([]))["p0@example.org"].warning == "1 of 2 copies not accepted"


def test_a_restart_opens_no_new_burst(tmp_path: Path, clock: VirtualClock) -> None:
    plan = plan_of(crowd(10), FarSide(), rate=1.0, burst=5, workers=1)
    assert send(tmp_path, plan, clock=clock, take=5).sent == 5
    assert clock.now() < EPOCH + 0.1
    send(tmp_path, plan_of(crowd(10), FarSide(), rate=1.0, burst=5, workers=1), clock=clock)
    assert clock.now() >= EPOCH + 5


def test_idle_reports_what_gathering_found(tmp_path: Path) -> None:
    from contextlib import closing as closed

    from mailgrid.pipeline.audience import Audience
    from mailgrid.pipeline.gather import Gather
    from mailgrid.pipeline.observers import Observers
    from tests.pipeline.campaign import NobodyWatches, ledger

    plan = plan_of(crowd(3))
    with closed(ledger(tmp_path, plan)) as store, closed(Audience("welcome")) as audience:
        tally = Gather(plan, store)(audience)
        executor = Executor(plan, tally, audience, store, observers=Observers(NobodyWatches()))
        report = executor.idle()
    assert (report.to_send, report.not_tried, report.exit_code) == (3, 3, 1)
