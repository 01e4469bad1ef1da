import pytest

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.route import Route
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

BUSY = Reply(code=421, text="too busy for news@example.com")
SILENCE = Reply(text="connection refused")


class Halt:
    def __init__(self) -> None:
        self.reasons: list[MailgridError] = []

    def __call__(self, reason: MailgridError) -> None:
        self.reasons.append(reason)


class Way:
    def __init__(self, clock: VirtualClock, patience: float) -> None:
        self.halt, self.clock = Halt(), clock
        self.route = Route("smtp a", Failover(self.halt, clock), clock, patience)

    def rest(self) -> float:
        return self.route.paused_until - self.clock.now()

    def trouble(self, reply: Reply = BUSY, retry_after: float | None = None) -> float:
        self.clock.advance(max(0.0, self.rest()))
        self.route.trouble(reply, retry_after)
        return self.rest()


@pytest.fixture
def way(clock: VirtualClock) -> Way:
    return Way(clock, 3600)


def test_rests_double_up_to_ten_minutes_and_fall_back(way: Way) -> None:
    rests = [way.trouble() for _ in range(13)]
    assert rests[:3] == pytest.approx([0.5, 1, 2], abs=1e-3)
    assert rests[-2:] == pytest.approx([600, 600], abs=1e-3)
    way.route.accepted()
    assert way.trouble() == pytest.approx(0.5, abs=1e-3)


def test_several_workers_in_the_same_trouble_count_once(way: Way) -> None:
    for _ in range(8):
        way.route.trouble(BUSY)
    assert way.rest() == 0.5
    assert way.trouble() == pytest.approx(1, abs=1e-3)


def test_what_the_server_asks_for_is_never_shortened(way: Way) -> None:
    way.route.trouble(BUSY)
    way.route.trouble(BUSY, 45.0)
    way.route.trouble(BUSY, 30.0)
    assert way.rest() == 45


@pytest.mark.parametrize(("reply", "least", "most"), [(SILENCE, 120, 250), (BUSY, 3600, 4300)])
def test_a_server_that_answers_is_given_more_time(way: Way, reply: Reply, least: float, most: float) -> None:
    while not way.halt.reasons:
        way.trouble(reply)
    assert least < way.clock.now() - EPOCH < most
    assert "example.com" not in str(way.halt.reasons[0])
    assert way.halt.reasons[0].exit_code == 5


def test_anything_accepted_ends_the_trouble(way: Way) -> None:
    for _ in range(40):
        way.trouble()
        way.route.accepted()
        way.clock.advance(200)
    assert way.halt.reasons == []
