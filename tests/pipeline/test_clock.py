import time
from threading import Condition

import pytest

from mailgrid.pipeline.clock import Clock


def test_tells_the_time_since_the_epoch_and_never_goes_back() -> None:
    clock = Clock()
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)
    assert clock.now() == pytest.approx(time.time(), abs=1)


def test_goes_on_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 17.0)  # it stands still then
    clock = Clock()
    start = clock.now()
    time.sleep(0.01)
    assert clock.now() - start >= 0.01


def test_waits_no_longer_than_it_should() -> None:
    clock, condition = Clock(), Condition()
    start = clock.now()
    with condition:
        clock.wait(condition, 0.01)
    assert clock.now() - start >= 0.009
