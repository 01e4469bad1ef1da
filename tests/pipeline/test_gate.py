from collections.abc import Callable, Mapping, Sequence

import pytest

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.gate import PROJECT, Gate
from tests.pipeline.virtual_clock import VirtualClock


class Addresses:
    """A list that counts how often it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = set(addresses)
        self.revision = 1
        self.asked = 0

    def find(self, addresses: Sequence[str]) -> Mapping[str, str]:
        self.asked += 1
        return dict.fromkeys(self.addresses.intersection(addresses), "left.csv")

    def add(self, address: str) -> None:
        self.addresses.add(address)
        self.revision += 1


def person(address: str) -> Person:
    return Person(Recipient(key="7", address=address, fields={}))


ANN, BOB = person("Ann@x.org"), person("bob@X.org")


def test_while_gathering_both_lists_count(clock: VirtualClock) -> None:
    gate = Gate(Addresses("ann@x.org", "cleo@x.org"), Addresses("bob@x.org", "cleo@x.org"), clock.now)
    assert gate.barred(["ann@x.org", "bob@x.org", "cleo@x.org", "dan@x.org"]) == {
        "ann@x.org": "left.csv",
        "bob@x.org": PROJECT,
        "cleo@x.org": "left.csv",
    }


def test_a_list_that_does_not_change_is_not_asked_again(clock: VirtualClock) -> None:
    project = Addresses("ann@x.org")
    gate = Gate(Addresses(), project, clock.now)
    for _ in range(100):
        clock.advance(1)
        assert gate.held([ANN, BOB]) == []
    assert project.asked == 0


@pytest.mark.parametrize("step", [0.3, -3600.0])
def test_who_comes_onto_the_list_is_held_within_a_moment(step: float) -> None:
    time = 1000.0
    project = Addresses()
    gate = Gate(Addresses(), project, lambda: time)
    project.add("bob@x.org")
    time += 0.1
    assert gate.held([ANN, BOB]) == []
    time += step
    assert gate.held([ANN, BOB]) == [BOB]
    project.add("ann@x.org")
    assert gate.held([ANN, BOB]) == [ANN, BOB]


def test_what_came_while_gathering_is_no_secret(clock: VirtualClock) -> None:
    project = Addresses()
    gate = Gate(Addresses(), project, clock.now)
    gate.barred(["ann@x.org"])
    project.add("ann@x.org")
    gate.barred(["bob@x.org"])
    clock.advance(1)
    assert gate.held([ANN, BOB]) == [ANN]


def test_a_list_that_cannot_be_read_holds_everybody(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object) -> int:
        raise LedgerError("the disk is gone")

    project = Addresses()
    gate = Gate(Addresses(), project, clock.now)
    held: Callable[[list[Person]], list[Person]] = gate.held
    monkeypatch.setattr(Addresses, "revision", property(broken), raising=False)
    clock.advance(1)
    with pytest.raises(LedgerError):
        held([ANN])
