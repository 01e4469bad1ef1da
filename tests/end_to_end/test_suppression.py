"""People who are never written to: the campaign's own lists, and the project's, in the middle of a run too."""

from contextlib import closing

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.suppression import Suppressed
from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp
from tests.patience import wait_for

LEFT = "address,off\nP00002@mail.example,yes\np00003@mail.example,no\nnobody,yes\n"


def suppress(folder: CampaignFolder, *addresses: str) -> None:
    with closing(Folder(folder.path / ".mailgrid").suppression(write=True)) as suppression:
        suppression.add(map(Suppressed, addresses))


def states(folder: CampaignFolder) -> dict[str, str]:
    return {line["key"]: line["status"] for line in folder.run("log", "welcome", "--json").lines}


def test_nobody_on_a_list_is_written_to_until_they_are_taken_off(folder: CampaignFolder) -> None:
    one, two, three, four = folder.people(4)
    folder.write("left.csv", LEFT)
    suppress(folder, four)
    with SmtpServer() as server:
        folder.campaign(smtp(server), 'suppress csv "left.csv" column address where off')
        planned = folder.run("plan", "welcome.mailgrid").out
        assert "      -1  suppressed       left.csv\n      -1  suppressed       the do-not-mail list\n" in planned
        assert "no address in left.csv   1 row left out (line 4: the address has no `@`)" in planned
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        assert (ended.code, ended.json["campaigns"][0]["suppressed"]) == (0, 2)
        assert sorted(recipients(server.messages)) == [one, three]
        assert states(folder) == {one: "sent", three: "sent"}
        folder.run("suppress", "remove", four)
        folder.run("apply", "welcome.mailgrid", "--yes")
        assert sorted(recipients(server.messages)) == [one, three, four]
    assert two not in states(folder)


def test_who_is_suppressed_in_the_middle_of_a_run_is_not_sent_to(folder: CampaignFolder) -> None:
    addresses = folder.people(12)
    late = addresses[-4:]
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 2", "rate 6/s burst 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes", "--json")
        wait_for(lambda: server.messages)
        suppress(folder, *late)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert sorted(recipients(server.messages)) == addresses[:-4]
    assert '"suppressed": 4' in out
    assert states(folder) == {**dict.fromkeys(addresses[:-4], "sent"), **dict.fromkeys(late, "suppressed")}
    folder.run("suppress", "remove", *late)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
        assert sorted(recipients(server.messages)) == late


def test_who_waits_to_be_tried_again_is_held_too(folder: CampaignFolder) -> None:
    one, two = folder.people(2)
    with SmtpServer(refuse("RCPT", "451 4.7.1 greylisted", to=two, times=1)) as server:
        folder.campaign(smtp(server), "retry backoff 2s jitter 0%")
        process = folder.start("apply", "welcome.mailgrid", "--yes", "--json")
        wait_for(lambda: server.messages)
        suppress(folder, two)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert recipients(server.messages) == [one]
    assert '"deferred": 0' in out
    assert states(folder) == {one: "sent", two: "suppressed"}


def test_who_is_in_doubt_stays_so(folder: CampaignFolder) -> None:
    (one,) = folder.people(1)
    with SmtpServer(hang_up("end", to=one, times=1, taken=True)) as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes")
        before = folder.run("log", "--json").lines
        suppress(folder, one)
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--resend-in-doubt", "--json")
        assert ended.json["campaigns"][0]["to_send"] == 0
        assert len(server.messages) == 1
    assert folder.run("log", "--json").lines == before
    assert before[0]["status"] == "in_doubt"


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ('suppress csv "gone.csv"', "MG403", "there is no such file"),
        ('suppress csv "left.csv"', "MG504", "there are: address, off"),
        ('suppress csv "left.csv" column adress', "MG301", "did you mean `address`?"),
        ('suppress csv "left.csv" column address where of', "MG301", "did you mean `off`?"),
        ('suppress csv "broken.csv"', "MG403", "a quote in this record is never closed"),
    ],
)
def test_a_list_that_cannot_be_read_lets_nobody_through(
    folder: CampaignFolder, statement: str, code: str, words: str
) -> None:
    folder.people(1)
    folder.write("left.csv", LEFT)
    folder.write("broken.csv", 'email\nann@x.org\n"bob@x.org\n')
    folder.campaign('maildir "box/"', statement)
    ended = folder.run("apply", "welcome.mailgrid")
    assert (ended.code, f"[{code}]" in ended.err, words in ended.err) == (2, True, True), ended.err
    assert not (folder.path / "box").exists()
