"""What has become of each row, in the order of the source, as long as the run waits for it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Fate, Recipient
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.store import Identity
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.fates import Fates
from mailgrid.pipeline.left_out import LeftOut, LeftOutRow

PEOPLE = 1_700


@pytest.fixture
def audience() -> Iterator[Audience]:
    with closing(Audience("welcome")) as audience:
        for start in range(0, PEOPLE, 500):
            numbers = range(start, min(start + 500, PEOPLE))
            audience.add([Person(person(number)) for number in numbers])
        yield audience


def person(number: int) -> Recipient:
    return Recipient(key=f"k{number}", address=f"p{number}@mail.example", fields={}, line=2 * number)


def fates(audience: Audience, left_out: LeftOut, folder: Path) -> Fates:
    identity = Identity("welcome", "", "email", "welcome.mailgrid")
    return Fates(audience, left_out, lambda: Folder(folder).store(identity, rehearsal=False, write=False))


def test_they_come_in_the_order_of_the_source(audience: Audience, tmp_path: Path) -> None:
    left_out = LeftOut(audience)
    for number in range(600):
        left_out.note(LeftOutRow(2 * number + 1, "", "", "no match"))
    found = fates(audience, left_out, tmp_path)
    for _ in range(2):
        lines = [fate.line for fate in found()]
        assert lines == sorted(lines)
        assert len(lines) == PEOPLE + 600
    first = next(found())
    assert first == Fate(
        line=0, key="k0", address="p0@mail.example", status="pending", reason="not tried before the run ended"
    )


def test_duplicates_are_told_by_the_line_that_has_their_place(audience: Audience, tmp_path: Path) -> None:
    left_out = LeftOut(audience)
    again = Person(Recipient(key="k3", address="P3@mail.example", fields={}, line=9_999))
    left_out.note_duplicates([Person(person(2)), again])
    last = list(fates(audience, left_out, tmp_path)())[-1]
    assert (last.line, last.address, last.status, last.reason) == (
        9_999,
        "P3@mail.example",
        "left out",
        "same key as line 6",
    )


def test_nobody_reads_on_when_the_run_is_over(audience: Audience, tmp_path: Path) -> None:
    found = fates(audience, LeftOut(audience), tmp_path)
    reading = found()
    next(reading)
    found.close()
    with pytest.raises(MailgridError, match="the run has ended"):
        list(reading)
