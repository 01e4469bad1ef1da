import json
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

from tests.cluster.yard import Process, drained, ended, yard


def read_until(watch: Process, reached: Callable[[str], bool]) -> None:
    assert isinstance(watch, Popen)
    assert watch.stdout is not None
    while not reached(watch.stdout.readline()):
        assert watch.poll() is None


def test_watching_shows_hosts_and_how_far_their_runs_are(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        place.folder.people(100)
        place.campaign()
        host = place.worker("north")
        rows = place.start_behind([], "status", "--watch", "--ledger", place.url)
        lines = place.start_behind([], "status", "--watch", "--json", "--ledger", place.url)
        read_until(rows, lambda line: line.startswith("host\tnorth\t"))
        read_until(lines, lambda line: json.loads(line).get("hosts", [{}])[0].get("name") == "north")
        coordinator = place.apply("--chunk", "10", "--rate", "5/s")
        read_until(rows, lambda line: line.startswith("run\twelcome\t100\t"))
        read_until(lines, lambda line: bool(json.loads(line).get("runs")))
        for watch in (rows, lines):
            watch.send_signal(signal.SIGINT)
            assert ended(watch).code == 0
        assert place.run("stop", "welcome").code == 0
        assert ended(coordinator).code == 5
        drained(host)
