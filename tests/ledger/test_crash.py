import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailgrid.errors import Refused
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from tests.ledger.campaigner import RECIPIENTS, WINDOW
from tests.ledger.examples import WELCOME

KILLS = 6


def campaigner(folder: Path, delivered: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.ledger.campaigner", str(folder), str(delivered)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill_in_the_middle(process: "subprocess.Popen[str]", chance: random.Random) -> None:
    assert process.stdout is not None
    for _ in range(chance.randint(1, 40)):
        process.stdout.readline()
    time.sleep(chance.random() / 500)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("seed", range(3))
def test_killed_again_and_again_nobody_is_lost_and_nobody_gets_it_twice(tmp_path: Path, seed: int) -> None:
    folder, delivered = tmp_path / ".mailgrid", tmp_path / "delivered"
    chance = random.Random(seed)
    for _ in range(KILLS):
        kill_in_the_middle(campaigner(folder, delivered), chance)
    last = campaigner(folder, delivered)
    output, _ = last.communicate(timeout=60)
    assert output.endswith("done\n")
    assert last.returncode == 0

    got = delivered.read_text().split()
    assert len(got) == len(set(got))
    store = Folder(folder).store(WELCOME, rehearsal=False, write=False)
    sent = {entry.key for entry in store.entries([State.SENT])}
    doubtful = {entry.key for entry in store.entries([State.IN_DOUBT])}
    assert sent <= set(got) <= sent | doubtful
    assert len(sent | doubtful) == RECIPIENTS == sum(store.counts().values())
    assert 0 < len(doubtful) <= KILLS * WINDOW
    store.close()


def test_a_second_run_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    folder, delivered = tmp_path / ".mailgrid", tmp_path / "delivered"
    first = campaigner(folder, delivered)
    assert first.stdout is not None
    first.stdout.readline()
    with pytest.raises(Refused, match=rf"another run of `welcome` holds the lock \(pid {first.pid} on ") as caught:
        Folder(folder).lock("welcome").__enter__()
    assert (caught.value.code, caught.value.exit_code) == ("MG606", 4)
    first.kill()
    first.wait()
    first.stdout.close()
    with Folder(folder).lock("welcome"):
        assert not (tmp_path / "nothing").exists()


def test_reading_in_another_process_while_one_writes(tmp_path: Path) -> None:
    folder, delivered = tmp_path / ".mailgrid", tmp_path / "delivered"
    writer = campaigner(folder, delivered)
    assert writer.stdout is not None
    writer.stdout.readline()
    seen: list[int] = []
    while len(seen) < 50 or seen[-1] == seen[0]:
        store = Folder(folder).store(WELCOME, rehearsal=False, write=False)
        seen.append(store.counts()[State.SENT])
        store.close()
        assert writer.poll() is None or seen[-1] > seen[0]
    writer.kill()
    writer.wait()
    writer.stdout.close()
    assert seen == sorted(seen)
