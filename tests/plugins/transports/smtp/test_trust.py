import pytest
from mailgrid_plugins.transports.smtp.capabilities import Capabilities, capabilities_of
from mailgrid_plugins.transports.smtp.trust import Trust, Way


@pytest.mark.parametrize(
    "features,way",
    [
        ({}, Way.LOCKSTEP),
        ({"chunking": ""}, Way.LOCKSTEP),
        ({"pipelining": ""}, Way.PIPELINED),
        ({"pipelining": "", "chunking": ""}, Way.CHUNKED),
    ],
)
def test_the_way_is_what_the_server_offers(features: dict[str, str], way: Way) -> None:
    assert Trust("a server").way(capabilities_of(features)) is way


def test_a_way_that_fails_is_not_used_again() -> None:
    trust, can = Trust("a server"), Capabilities(pipelining=True, chunking=True)
    assert trust.failed(Way.CHUNKED, "why")
    assert trust.failed(Way.CHUNKED, "another session says so too")
    assert trust.way(can) is Way.PIPELINED
    assert trust.failed(Way.PIPELINED, "why")
    assert trust.way(can) is Way.LOCKSTEP
    assert not trust.failed(Way.LOCKSTEP, "there is no slower way")


def test_a_way_that_has_worked_is_not_blamed_for_a_lost_line() -> None:
    trust = Trust("a server")
    trust.worked(Way.PIPELINED)
    assert not trust.lost(Way.PIPELINED, "why")
    assert trust.lost(Way.CHUNKED, "why")
    assert trust.fastest is Way.PIPELINED


def test_sizes_are_announced_where_the_server_names_none() -> None:
    assert capabilities_of({"size": ""}) == Capabilities(size=True)
    assert capabilities_of({"size": "1000"}) == Capabilities(size=True, largest=1000)
