import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status
from mailgrid.pipeline.crew import Crew
from tests.pipeline.campaign import crowd, plan_of, send, states
from tests.pipeline.far_side import FarSide, Line
from tests.pipeline.virtual_clock import VirtualClock

MESSAGE = Message(recipient=None, mail_from="", rcpt_to="a", content=b"", message_id="")  # type: ignore[arg-type]
TOO_MANY = Reply(code=421, enhanced="4.7.0", text="too many connections")


def outcome(status: Status, scope: Scope = Scope.RECIPIENT) -> Outcome:
    return Outcome(message=MESSAGE, status=status, scope=scope, reply=TOO_MANY)


class Route:
    def __init__(self) -> None:
        self.troubles = 0

    def trouble(self, reply: Reply, retry_after: float | None) -> None:
        assert (reply, retry_after) == (TOO_MANY, None)
        self.troubles += 1


@pytest.fixture
def route() -> Route:
    return Route()


@pytest.fixture
def crew(route: Route) -> Crew:
    return Crew(route)  # type: ignore[arg-type]


def test_who_is_one_too_many_leaves_while_others_work(
    crew: Crew, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    assert crew.goes_on(1, outcome(Status.SENT))
    assert not crew.goes_on(2, outcome(Status.UNSENT, Scope.SESSION))
    assert route.troubles == 0
    assert [record.getMessage() for record in caplog.records] == [
        "the server takes no further connection: one worker less"
    ]


def test_where_nobody_works_the_route_rests(crew: Crew, route: Route) -> None:
    assert crew.goes_on(1, outcome(Status.UNSENT, Scope.SESSION))
    assert crew.goes_on(2, outcome(Status.UNSENT, Scope.SESSION))
    assert route.troubles == 2


@pytest.mark.parametrize("scope", [Scope.ROUTE, Scope.SESSION])
def test_who_has_lost_its_line_is_not_at_work(crew: Crew, route: Route, scope: Scope) -> None:
    crew.goes_on(1, outcome(Status.SENT))
    crew.goes_on(1, outcome(Status.UNSENT, scope))
    assert crew.goes_on(2, outcome(Status.UNSENT, Scope.SESSION))


@pytest.mark.parametrize("status", [Status.SENT, Status.DEFERRED, Status.FAILED, Status.IN_DOUBT])
def test_whoever_hears_of_its_messages_is_at_work(crew: Crew, status: Status) -> None:
    assert crew.goes_on(1, outcome(status))
    assert not crew.goes_on(2, outcome(Status.UNSENT, Scope.SESSION))


class Narrow(FarSide):
    """Takes no more sessions at once than `room`, as many servers do."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room
        self.inside: set[int] = set()
        self._door = threading.Lock()

    def open_session(self) -> Line:
        super().open_session()
        return Waiting(self)


class Waiting(Line):
    def __init__(self, narrow: Narrow) -> None:
        super().__init__(narrow)
        self._narrow = narrow

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        narrow = self._narrow
        with narrow._door:
            if len(narrow.inside) < narrow.room:
                narrow.inside.add(id(self))
        if id(self) in narrow.inside:
            yield from super().deliver(batch)
        else:
            for message in batch:
                yield Outcome(message=message, status=Status.UNSENT, scope=Scope.SESSION, reply=TOO_MANY)

    def close(self) -> None:
        self._narrow.inside.discard(id(self))
        super().close()


@pytest.mark.parametrize("room", [1, 3])
def test_a_server_with_little_room_costs_workers_and_no_messages(tmp_path: Path, room: int) -> None:
    narrow = Narrow(room)
    report = send(tmp_path, plan_of(crowd(400), narrow, workers=8))
    assert (report.sent, report.failed, report.error) == (400, 0, None)
    assert set(narrow.arrived.values()) == {1}
    assert set(states(tmp_path, plan_of([])).values()) == {"sent"}


def test_a_server_without_any_room_ends_the_run(tmp_path: Path, clock: VirtualClock) -> None:
    report = send(tmp_path, plan_of(crowd(20), Narrow(0), workers=3), clock=clock)
    assert (report.not_tried, report.exit_code) == (20, 5)
