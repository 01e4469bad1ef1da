import pytest

from mailgrid.hookspecs import Reply
from mailgrid.ledger.states import State
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.refusals import Refusals
from tests.pipeline.outcomes import event


class Both:
    """The recorder and the breaker."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, State]] = []
        self.replies: list[Reply] = []

    def record(self, event: Event) -> None:
        self.events.append((event.person.recipient.key, event.status, event.result.state))

    def refused(self, reply: Reply) -> None:
        self.replies.append(reply)


@pytest.fixture
def both() -> Both:
    return Both()


@pytest.fixture
def refusals(both: Both) -> Refusals:
    return Refusals(both, both)  # type: ignore[arg-type]


def test_three_in_a_row_stay_pending_and_so_do_those_after(both: Both, refusals: Refusals) -> None:
    for key in "ab":
        refusals.hold(event(State.FAILED, key))
    assert both.events == []
    for key in "cd":
        refusals.hold(event(State.FAILED, key, code=550))
    assert both.events == [(key, "unsent", State.PENDING) for key in "abcd"]
    assert both.replies[0].code == 550


def test_an_acceptance_between_makes_them_fail_for_good(both: Both, refusals: Refusals) -> None:
    for key in "abcd":
        refusals.hold(event(State.FAILED, key))
        if key in "bd":
            refusals.release()
    refusals.release()
    assert both.events == [(key, "failed", State.FAILED) for key in "abcd"]
    assert both.replies == []
