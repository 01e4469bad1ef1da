import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cluster.cut_off import cable, can_cut
from tests.cluster.test_faults import WINDOW, WORKERS
from tests.cluster.yard import drained, ended, yard
from tests.patience import wait_for


@pytest.mark.skipif(not can_cut(), reason="network namespaces need `ip netns`, and a user who may make them")
def test_a_host_that_is_cut_off_stops_and_finds_its_lease_gone_when_it_is_back(tmp_path: Path) -> None:
    with ExitStack() as stack:
        place = stack.enter_context(yard(tmp_path))
        wire = stack.enter_context(cable())
        query = parse_qs(urlsplit(place.url).query)
        database = stack.enter_context(wire.forwarded(f"{query['host'][0]}/.s.PGSQL.5432"))
        relay = stack.enter_context(wire.forwarded((place.mail.host, place.mail.port)))
        there = f"postgresql://postgres@{wire.address}:{database}/postgres?sslmode=disable&schema={query['schema'][0]}"
        people = place.folder.people(400)
        block = f'smtp {{\n    host "{wire.address}"\n    port {relay}\n    tls off\n  }}'
        place.folder.campaign(block, f"workers {WORKERS}", "rate 100/s")
        far = place.start_behind(wire.prefix, "worker", there, "--name", "far", "--json")
        near = place.worker("near")
        coordinator = place.apply("--chunk", "40")
        wait_for(lambda: place.rows("SELECT to_regclass('cluster_hosts') IS NOT NULL") == [(True,)])
        wait_for(lambda: place.rows("SELECT 1 FROM cluster_hosts WHERE name = 'far' AND sent > 10"))
        wire.pull()
        assert ended(coordinator).code in {0, 1}
        wire.plug()
        place.check(people, doubtful=WINDOW * WORKERS)
        time.sleep(1)
        drained(near)
        events = [line["event"] for line in drained(far)]
        assert {"lost", "database"} & set(events)
        place.check(people, doubtful=WINDOW * WORKERS)
