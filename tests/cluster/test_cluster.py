import json
from pathlib import Path

from tests.cluster.yard import drained, ended, yard
from tests.patience import wait_for


def test_two_hosts_send_a_campaign(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        people = place.folder.people(500)
        place.campaign("workers 4")
        hosts = [place.worker(name, "--events", f"{name}.jsonl") for name in ("north", "south")]
        end = ended(place.apply("--chunk", "50"))
        assert end.code == 0, end.err
        (report,) = end.json["campaigns"]
        assert (report["sent"], report["failed"], report["in_doubt"]) == (500, 0, 0)
        told = [drained(host) for host in hosts]
        place.check(people)
        chunks = [line for lines in told for line in lines if line["event"] == "chunk"]
        assert sorted(line["chunk"] for line in chunks) == list(range(1, 11))
        assert sum(line["sent"] for line in chunks) == 500
        events = "".join(file.read_text() for file in tmp_path.glob("*th.jsonl")).splitlines()
        assert sorted(json.loads(line)["address"] for line in events) == people
        assert place.rows("SELECT count(*) FROM cluster_people") == [(0,)]
        assert place.rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mailgrid.chunk'") == [(0,)]
        again = ended(place.apply())
        assert (again.code, again.json["campaigns"][0]["already_sent"]) == (0, 500)


def test_what_is_in_the_queue_is_numbers_and_a_digest(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        place.folder.people(3)
        place.campaign()
        coordinator = place.apply("--chunk", "2")
        wait_for(lambda: place.begun)
        wait_for(lambda: len(place.rows("SELECT 1 FROM procrastinate_jobs")) == 2)
        ((digest,),) = place.rows("SELECT digest FROM cluster_bundles")
        tasks = [args for (args,) in place.rows("SELECT args FROM procrastinate_jobs ORDER BY id")]
        assert tasks == [{"run": 1, "bundle": digest, "chunk": number} for number in (1, 2)]
        ((packed,),) = place.rows("SELECT content FROM cluster_bundles")
        assert set(json.loads(bytes(packed))["files"]) == {"mailgrid.toml", "welcome.mailgrid"}
        host = place.worker("late")
        assert ended(coordinator).code == 0
        drained(host)
