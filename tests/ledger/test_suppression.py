from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger import schema
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.ledgers import DoNotMail, Ledgers
from mailgrid.ledger.project import Bucket
from mailgrid.ledger.suppression import Suppressed

ANN = Suppressed("ann@x.org", "bounce", "550 5.1.1 no such user", 100.0, "mail.log")
BOB = Suppressed("bob@x.org", since=200.0)


@pytest.fixture
def listed(ledgers: Ledgers) -> Iterator[DoNotMail]:
    with closing(ledgers.suppression(write=True)) as suppression:
        yield suppression


def test_who_was_added_is_found_as_they_were_added(listed: DoNotMail) -> None:
    assert listed.add([BOB, ANN]) == 2
    assert listed.find(["ann@x.org", "cleo@x.org"]) == {"ann@x.org": ANN}
    assert list(listed.entries()) == [ANN, BOB]
    assert listed.count() == 2


def test_who_is_on_the_list_stays_as_they_are(listed: DoNotMail) -> None:
    listed.add([ANN])
    assert listed.add([replace(ANN, since=300.0), BOB, replace(BOB, since=900.0)]) == 1
    assert list(listed.entries()) == [ANN, BOB]


def test_who_was_removed_is_not_found(listed: DoNotMail) -> None:
    listed.add([ANN, BOB])
    assert listed.remove(["ann@x.org", "cleo@x.org"]) == 1
    assert listed.find(["ann@x.org", "bob@x.org"]) == {"bob@x.org": BOB}


def test_the_revision_grows_with_each_change_and_with_no_bucket(ledgers: Ledgers, listed: DoNotMail) -> None:
    seen = [listed.revision]
    listed.add([ANN])
    seen.append(listed.revision)
    listed.remove(["ann@x.org"])
    seen.append(listed.revision)
    assert seen == sorted(set(seen))
    with closing(ledgers.project()) as project:
        project.exchange("ses", lambda bucket: Bucket(bucket.due + 1))
    assert listed.revision == seen[-1]


def test_to_read_a_list_that_is_not_there_makes_nothing_and_sees_it_come(ledgers: Ledgers) -> None:
    with closing(ledgers.suppression(write=False)) as reader:
        assert (reader.find(["ann@x.org"]), reader.revision, reader.count(), list(reader.entries())) == ({}, 0, 0, [])
        assert not ledgers.exists
        with closing(ledgers.suppression(write=True)) as writer:
            writer.add([ANN])
        assert reader.find(["ann@x.org"]) == {"ann@x.org": ANN}
        assert reader.revision > 0


def test_a_long_list_is_taken_in_by_parts(listed: DoNotMail) -> None:
    many = [Suppressed(f"p{number * 7919 % 25_000}@x.org") for number in range(25_000)]
    assert listed.add(many) == 25_000
    assert listed.revision > 1
    assert len(listed.find([each.address for each in many[:1200]])) == 1200


def test_a_broken_source_adds_nobody(listed: DoNotMail) -> None:
    def people() -> Iterator[Suppressed]:
        yield ANN
        raise OSError("the disk is gone")

    with pytest.raises(LedgerError):
        listed.add(people())
    assert listed.count() == 0
    assert listed.add([BOB]) == 1


def test_a_list_of_a_newer_mailgrid_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.suppression(write=True).close()
    with closing(schema.open_file(tmp_path / "project.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    reader = folder.suppression(write=False)
    with pytest.raises(MailgridError, match="newer Mailgrid"):
        reader.find(["ann@x.org"])
