"""Files are edited, the power fails, servers misbehave: nobody gets two, nobody is lost. Real files, by the verbs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from mailgrid.ledger.forgetting import Remembering
from mailgrid.ledger.former import Continued
from mailgrid.library.settings import Settings
from mailgrid.pipeline import gate
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.gather import Gather
from tests.simulation.machine import Campaign
from tests.simulation.mutants import sent_again_in_doubt
from tests.simulation.post_office import FATES, plugin

ROWS = 7
ROW = st.integers(0, ROWS - 1)
#: The number of the line of names, the edition, the row.
Issue = tuple[int, str, int]
EVENTS = st.dictionaries(ROW, st.sampled_from(sorted(FATES)), max_size=4)
SETTINGS = Settings(plugins=["post-office"], environment={})


@pytest.fixture(autouse=True)
def post_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gate, "_INTERVAL", 0.0)
    with plugin(tmp_path):
        yield


def run(campaign: type[Campaign] = Campaign, **more: Any) -> None:
    run_state_machine_as_test(campaign, settings=settings(stateful_step_count=12, deadline=None, **more))


def test_whatever_happens_to_its_files() -> None:
    run(max_examples=40)


@pytest.mark.parametrize(
    "owner, name, mistake, start",
    [
        (Continued, "states", lambda continued, keys: continued._store.states(keys), None),
        (Gather, "_standing", sent_again_in_doubt, 1),
        (Gather, "_without_barred", lambda _gather, batch: batch, 1),
        (Gate, "held", lambda _gate, _people: [], 0),
        (Remembering, "states", lambda remembering, keys: remembering._known.states(keys), 0),
    ],
    ids=["former names", "in doubt", "the list", "the list in the middle of a run", "who was forgotten"],
)
def test_a_mistake_is_found(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, mistake: Callable[..., object], start: int | None
) -> None:
    monkeypatch.setattr(owner, name, mistake)
    more = {"max_examples": 200, "phases": [Phase.generate], "database": None, "report_multiple_bugs": False}
    # Where examples start says how long it takes: any start finds the mistake, these do it in a few seconds.
    campaign = Campaign if start is None else seed(start)(type("Campaign", (Campaign,), {}))
    with pytest.raises(AssertionError):
        run(campaign, **more, derandomize=start is None)
