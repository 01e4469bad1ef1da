from collections.abc import Iterator
from contextlib import closing

import pytest

from mailgrid.errors import SourceError
from mailgrid.ledger.barred import Barred


def test_each_address_has_the_title_of_its_first_list() -> None:
    with closing(Barred()) as barred:
        barred.fill([("a.csv", ["ann@x.org", "bob@x.org", "bob@x.org"]), ("b.csv", ["bob@x.org", "cleo@x.org"])])
        found = barred.find(["cleo@x.org", "bob@x.org", "ann@x.org", "dan@x.org"])
    assert found == {"ann@x.org": "a.csv", "bob@x.org": "a.csv", "cleo@x.org": "b.csv"}


def test_a_long_list() -> None:
    with closing(Barred()) as barred:
        barred.fill([("long.csv", (f"p{number * 7919 % 20_011}@x.org" for number in range(20_011)))])
        assert len(barred.find([f"p{number}@x.org" for number in range(19_000, 21_000)])) == 1011


def test_without_lists_nobody_is_barred() -> None:
    with closing(Barred()) as barred:
        barred.fill([])
        assert barred.find(["ann@x.org"]) == {}


def test_a_list_that_cannot_be_read_to_its_end_is_told() -> None:
    def broken() -> Iterator[str]:
        yield "ann@x.org"
        raise SourceError("the disk is gone")

    with closing(Barred()) as barred, pytest.raises(SourceError, match="the disk is gone"):
        barred.fill([("a.csv", broken())])
