import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.simulation.mutants import MUTANTS
from tests.simulation.schedule import Failed
from tests.simulation.story import Story, simulate

SEEDS = 10_000
PART = 1_000
#: So many seeds are enough to catch any of the mutants.
ENOUGH = 600


@pytest.fixture(autouse=True)
def own_chance() -> Iterator[None]:
    """A simulation sets the seed of chance itself; others here shall not notice."""
    state = random.getstate()
    yield
    random.setstate(state)


def tell(seeds: Iterable[int]) -> None:
    for seed in seeds:
        try:
            simulate(seed)
        except Exception as error:
            error.add_note(f"replay it with `python -m tests.simulation {seed}`")
            raise


@pytest.mark.parametrize("start", range(0, SEEDS, PART))
def test_nobody_twice_and_nobody_lost(start: int) -> None:
    tell(range(start, start + PART))


@pytest.mark.parametrize("owner, name, mistake", MUTANTS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_mistake_is_found(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, mistake: Callable[..., object]
) -> None:
    monkeypatch.setattr(owner, name, mistake)
    with pytest.raises(Failed):
        tell(range(ENOUGH))


def test_a_seed_tells_the_same_story_again() -> None:
    for seed in range(20):
        stories = [Story(seed), Story(seed)]
        seen = []
        for story in stories:
            random.seed(seed)
            story.tell()
            rows = story.disk.database.execute("SELECT * FROM recipients, attempts").fetchall()
            seen.append((story.lives, story.now, story.mail.handed, story.mail.taken, rows))
        assert seen[0] == seen[1]


def test_the_command_tells_how_fast_it_was() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--count", "20", "--start", "100"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert re.fullmatch(r"20 seeds, \d+ lives, [\d,]+ seeds/s: every promise was kept\n", ended.stdout)
