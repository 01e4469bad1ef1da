import pytest

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.breaker import Breaker
from mailgrid.planning.plan import StopRule
from tests.pipeline.test_route import Halt


def breaker(rule: StopRule | None) -> tuple[Breaker, list[MailgridError]]:
    halt = Halt()
    return Breaker(rule, halt), halt.reasons  # type: ignore[arg-type]


def test_a_number_of_failures_stops() -> None:
    one, reasons = breaker(StopRule(count=3))
    one.failed()
    one.failed()
    assert reasons == []
    one.failed()
    assert "after 3 failures" in str(reasons[0])


@pytest.mark.parametrize(
    ("tried", "failed", "stops"), [(49, 49, False), (50, 1, False), (50, 2, True), (100, 2, False)]
)
def test_a_share_of_failures_stops_once_enough_were_tried(tried: int, failed: int, stops: bool) -> None:
    one, reasons = breaker(StopRule(share=0.02))
    for _ in range(tried - failed):
        one.accepted()
    for _ in range(failed):
        one.failed()
    assert bool(reasons) is stops


def test_a_share_is_judged_as_soon_as_enough_were_tried_whatever_became_of_the_last_one() -> None:
    one, reasons = breaker(StopRule(share=0.02))
    for _ in range(49):
        one.failed()
    assert reasons == []
    one.accepted()
    assert "after 49 failures" in str(reasons[0])


@pytest.mark.parametrize(("share", "failed", "stops"), [(0.29, 29, False), (0.07, 7, False), (0.07, 8, True)])
def test_exactly_the_share_is_not_more_than_it(share: float, failed: int, stops: bool) -> None:
    one, reasons = breaker(StopRule(share=share))
    for _ in range(100 - failed):
        one.accepted()
    for _ in range(failed):
        one.failed()
    assert bool(reasons) is stops


@pytest.mark.parametrize(("accepted", "stops"), [(0, True), (1, False)])
def test_all_of_them(accepted: int, stops: bool) -> None:
    one, reasons = breaker(StopRule(share=1.0))
    for _ in range(accepted):
        one.accepted()
    for _ in range(60):
        one.failed()
    assert bool(reasons) is stops


def test_a_number_is_reached_however_few_were_tried() -> None:
    one, reasons = breaker(StopRule(count=1))
    one.accepted()
    assert reasons == []
    one.failed()
    assert len(reasons) == 1


def test_without_a_rule_any_number_may_fail() -> None:
    one, reasons = breaker(None)
    for _ in range(1000):
        one.failed()
    assert reasons == []


def test_a_refusal_is_told_without_addresses() -> None:
    one, reasons = breaker(None)
    one.refused(Reply(code=535, enhanced="5.7.8", text="<news@example.com>: go away"))
    assert str(reasons[0]) == "the server refuses to take mail from us: 535 5.7.8 <...>: go away"
    one.refused(Reply(code=535))
    assert str(reasons[1]).endswith(": 535")


def test_a_refusal_says_what_is_true_in_the_middle_of_a_run_too() -> None:
    one, reasons = breaker(None)
    one.accepted()
    one.refused(Reply(code=535))
    assert reasons[0].hint == "who has no message yet stays pending; put it right, then run `apply` again to go on"
