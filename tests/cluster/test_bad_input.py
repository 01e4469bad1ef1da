"""What a host or a coordinator cannot do is said at once, in its own words; the others go on."""

import signal
from pathlib import Path

import pytest

from tests.cluster.yard import Yard, drained, ended, yard
from tests.patience import wait_for

OLD = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("mailgrid") and hasattr(module, "__version__"):
        module.__version__ = "0.0.9"
from tests.cluster.hasty import main
main()
"""


ANCIENT = """
from mailgrid.ledger.postgres import server
server.OLDEST = 99
from tests.cluster.hasty import main
main()
"""


def test_a_server_that_is_too_old_is_named(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        end = ended(place.start_text(ANCIENT, "worker", place.url))
    assert end.code == 5
    assert "99 is the oldest that will do" in end.err


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("https://db.example/mailgrid", 2, "cannot be a `https` URL"),
        ("ledgers", 2, "is no PostgreSQL database"),
        ("postgresql://127.0.0.1:1/mailgrid", 5, "refused"),
        ("postgresql://nobody:secret-word@127.0.0.1:1/mailgrid", 5, "127.0.0.1:1"),
    ],
)
def test_a_wrong_url_ends_a_worker_at_once(url: str, code: int, words: str, tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        end = ended(place.start("worker", url))
    assert (end.code, end.out) == (code, "")
    assert words in end.err.lower() or words in end.err
    assert "Traceback" not in end.err
    assert "secret-word" not in end.err


def test_a_host_without_the_secret_says_so_and_leaves_the_chunks_to_the_others(tmp_path: Path) -> None:
    with yard(tmp_path, users={"u": "pw"}) as place:
        people = place.folder.people(40)
        place.campaign(transport='    tls off\n    user "u"\n    password secret("RELAY_PASSWORD")\n')
        without = place.worker("without")
        coordinator = place.apply("--chunk", "10", RELAY_PASSWORD="pw")
        wait_for(lambda: "RELAY_PASSWORD" in place.troubles)
        assert "RELAY_PASSWORD" in place.run("status").out
        host = place.worker("with", RELAY_PASSWORD="pw")
        assert ended(coordinator).code == 0
        place.check(people)
        (said,) = [line for line in drained(without) if line["event"] == "cannot_take_part"]
        assert "RELAY_PASSWORD" in said["reason"]
        drained(host)


def test_a_host_of_another_version_says_so_and_leaves_the_chunks_to_the_others(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        people = place.folder.people(20)
        place.campaign()
        host = place.worker("new")
        old = place.start_text(OLD, "worker", place.url, "--name", "old", "--json")
        coordinator = place.apply("--chunk", "2", "--rate", "10/s")
        wait_for(lambda: "0.0.9" in place.troubles)
        assert ended(coordinator).code == 0
        place.check(people)
        (said,) = [line for line in drained(old) if line["event"] == "cannot_take_part"]
        assert said["reason"] == "`welcome` is sent by Mailgrid 0.1.0, and this host has 0.0.9"
        drained(host)


def newer(place: Yard, table: str) -> str:
    place.rows(f"UPDATE {table} SET number = 99 RETURNING 1")
    worker, coordinator = place.worker("host"), place.apply()
    ends = [ended(worker), ended(coordinator)]
    assert [end.code for end in ends] == [2, 2]
    return "".join(end.err for end in ends)


def test_tables_of_a_newer_version_are_left_alone_and_two_coordinators_do_not_meet(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        place.folder.people(3)
        place.campaign()
        first = place.apply()
        wait_for(lambda: place.begun)
        second, alone = place.apply(), place.start("apply", "welcome.mailgrid", "--yes", "--ledger", place.url)
        refused = [ended(second), ended(alone)]
        assert [end.code for end in refused] == [4, 4]
        assert all("another run of `welcome` holds the lock" in end.err for end in refused)
        place.folder.campaign("stdout", name="welcome")  # the file changes while its run goes on
        first.send_signal(signal.SIGINT)
        assert ended(first).code == 130
        place.campaign("workers 1")
        other = ended(place.apply())
        assert other.code == 4
        assert "goes on, with other files or settings than these" in other.err
        assert place.run("stop", "welcome").code == 0
        assert "newer Mailgrid" in newer(place, "cluster_version")
