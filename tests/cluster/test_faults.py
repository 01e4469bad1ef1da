"""Whatever happens to a host, to the coordinator or to the database: nobody twice, nobody lost, few in doubt."""

import signal
from pathlib import Path

from mailgrid.testing import refuse
from tests.cluster.database import restart
from tests.cluster.yard import Yard, drained, ended, yard
from tests.patience import wait_for, wait_until_still

#: Workers of each host, and the most that one of them has on the wire.
WORKERS, WINDOW = 2, 32


def begun(place: Yard, count: int, rate: str) -> list[str]:
    """Let a campaign begin; return its people once some were written to."""
    people = place.folder.people(count)
    place.campaign(f"workers {WORKERS}", f"rate {rate}")
    place.worker("north")
    place.worker("south")
    place.apply("--chunk", "40")
    wait_for(lambda: len(place.mail.messages) > count // 6)
    return people


def test_a_host_that_was_frozen_sends_nothing_more_when_it_wakes(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        people = begun(place, 400, "100/s")
        north, south, coordinator = place.processes
        north.send_signal(signal.SIGSTOP)
        assert ended(coordinator).code in {0, 1}
        north.send_signal(signal.SIGCONT)
        told = drained(north)
        assert "lost" in [line["event"] for line in told] or not place.states().get("in_doubt")
        place.check(people, doubtful=WINDOW * WORKERS)
        drained(south)


def test_the_database_crashes_and_another_coordinator_comes_and_nobody_is_in_doubt(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        people = begun(place, 600, "100/s")
        north, south, coordinator = place.processes
        coordinator.kill()
        restart()
        end = ended(place.apply("--chunk", "40"))
        assert end.code == 0, end.err
        (report,) = end.json["campaigns"]
        assert (report["to_send"], report["sent"]) == (600, 600)
        place.check(people, doubtful=0)
        for host in (north, south):
            host.send_signal(signal.SIGINT)
            assert ended(host).code == 0


def test_a_host_and_the_coordinator_are_killed_and_the_campaign_ends_without_them(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        people = begun(place, 200, "100/s")
        north, south, coordinator = place.processes
        coordinator.kill()
        north.kill()
        wait_for(lambda: place.rows("SELECT ended IS NOT NULL FROM cluster_runs") == [(True,)])
        place.check(people, doubtful=WINDOW * WORKERS)
        drained(south)


def test_a_run_in_which_too_much_fails_ends_though_its_coordinator_is_gone(tmp_path: Path) -> None:
    with yard(tmp_path, refuse("RCPT", "550 5.1.1 nobody here", after=20)) as place:
        place.folder.people(200)
        place.campaign("workers 1", "rate 40/s", "stop after 5 failures")
        host = place.worker("north")
        coordinator = place.apply("--chunk", "40")
        wait_for(lambda: len(place.mail.messages) > 2)
        coordinator.kill()
        wait_for(lambda: place.rows("SELECT ended IS NOT NULL FROM cluster_runs") == [(True,)])
        ((why,),) = place.rows("SELECT ending FROM cluster_runs")
        assert why.endswith("failures, as `stop after` says")
        drained(host)
        assert len(place.mail.messages) == 20
        assert 5 <= len(place.states()["failed"]) < 180


def test_a_rate_that_is_given_with_apply_holds_on_every_host_from_the_first_message_on(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        place.folder.people(60)
        place.campaign()
        hosts = [place.worker("north"), place.worker("south")]
        assert ended(place.apply("--chunk", "30", "--rate", "20/s")).code == 0
        ((seconds,),) = place.rows("SELECT max(started) - min(started) FROM recipients")
        assert seconds > 2.5  # 58 of them at 20/s
        for host in hosts:
            drained(host)


def test_a_word_at_a_terminal_reaches_all_hosts(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        begun(place, 900, "60/s")
        assert place.run("pause", "welcome").code == 0
        sent = wait_until_still(lambda: len(place.mail.messages))
        assert sent < 900
        assert place.run("rate", "welcome", "30/s").code == 0
        assert place.run("resume", "welcome").code == 0
        wait_for(lambda: len(place.mail.messages) > sent)
        assert place.run("stop", "welcome").code == 0
        end = ended(place.processes[2])
        assert end.code == 5
        assert "stopped by `mailgrid stop`" in end.err
        north, south = place.processes[:2]
        drained(north), drained(south)
        assert place.rows("SELECT count(*) FROM leases") == [(0,)]
