"""How lines are delivered: in batches and in order, again until they are taken, and never so that anybody waits."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from mailgrid_plugins.observers import deliveries
from mailgrid_plugins.observers.deliveries import Deliveries, NotTakenError

from tests.patience import wait_for

END = {"event": "finished"}


class Receiver:
    """Takes what is posted, but for the first few times; remembers everything."""

    def __init__(self, *refusals: NotTakenError) -> None:
        self.refusals = list(refusals)
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.asked, self.open = threading.Event(), threading.Event()
        self.open.set()

    def __call__(self, delivery: str, body: bytes) -> None:
        self.asked.set()
        self.open.wait()
        self.posted.append((delivery, json.loads(body)))
        if self.refusals:
            raise self.refusals.pop(0)

    @property
    def lines(self) -> list[Any]:
        return [line["event"] for _, body in self.posted for line in body["lines"]]


def delivered(receiver: Callable[[str, bytes], None], *events: str, within: float = 60.0) -> Deliveries:
    delivering = Deliveries(receiver, "run", batch=60, pause=0.001)
    for event in events:
        delivering.put({"event": event})
    assert delivering.close(END, within) == delivering.lost
    return delivering


def busy(*, final: bool) -> NotTakenError:
    return NotTakenError("answers 503", final=final)


def test_the_start_goes_at_once_and_what_follows_in_batches() -> None:
    receiver = Receiver()
    delivered(receiver, "started", *["sent"] * 501)
    assert [(delivery, body["number"], len(body["lines"])) for delivery, body in receiver.posted] == [
        ("run.1", 1, 1), ("run.2", 2, 500), ("run.3", 3, 2)
    ]  # fmt: skip
    assert receiver.lines == ["started", *["sent"] * 501, "finished"]


def test_what_is_not_taken_comes_again_under_its_id_and_before_what_follows() -> None:
    receiver = Receiver(busy(final=False), busy(final=False))
    assert delivered(receiver, "started").lost == 0
    assert [delivery for delivery, _ in receiver.posted] == ["run.1", "run.1", "run.1", "run.2"]
    assert receiver.posted[0] == receiver.posted[2]


def test_the_pauses_grow_up_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def wait(_event: threading.Event, pause: float | None = None) -> bool:
        pauses.extend([] if pause is None else [pause])
        return False

    monkeypatch.setattr(threading.Event, "wait", wait)
    delivering = Deliveries.__new__(Deliveries)
    delivering._post, delivering._pause, delivering._over = Receiver(*[busy(final=False)] * 9), 1.0, threading.Event()
    delivering._deliver("run.1", b"{}")
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_will_never_be_taken_is_left_and_counted() -> None:
    receiver = Receiver(busy(final=True))
    delivering = delivered(receiver, "started", "sent")
    assert (delivering.lost, delivering.reason) == (1, "answers 503")
    assert receiver.lines == ["started", "sent", "finished"]


def test_nobody_waits_for_a_receiver_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "_ROOM", 10)
    receiver = Receiver()
    receiver.open.clear()
    delivering = Deliveries(receiver, "run", batch=0.0, pause=0.001)
    delivering.put({"event": "sent"})
    wait_for(receiver.asked.is_set)
    for _ in range(29):
        delivering.put({"event": "sent"})
    assert delivering.lost == 19
    assert delivering.close(END, 0.05) == 31
    receiver.open.set()
    delivering._thread.join(20)
    assert len(receiver.posted) == 1
