from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.pipeline import trial as trials
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.gather import Gather
from mailgrid.pipeline.trial import Trial, try_rendering
from mailgrid.planning.plan import Plan
from tests.pipeline.campaign import crowd, ledger, plan_of, renderer


def tried(folder: Path, plan: Plan, **settings: object) -> Trial:
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        tally = Gather(plan, store)(audience)
        return try_rendering(plan, audience, tally.to_send, **settings)  # type: ignore[arg-type]


def test_finds_what_cannot_be_rendered_what_is_empty_and_shows_a_few(tmp_path: Path) -> None:
    rows = [("a@example.org", "Ann"), ("b@example.org", " "), ("c@example.org", "0"), ("d@example.org", "x y")]
    words = renderer("{{ 1 / (0 if name == '0' else 1) }}", reply_to="{{ name or 'n' }}@example.com")
    trial = tried(tmp_path, plan_of(rows, renderer=words))
    assert (trial.total, trial.rendered, trial.failed) == (4, 1, 3) or trial.rendered + trial.failed == 4
    assert all("example.org" not in reason for reason in trial.failures)
    assert {line for _, lines in trial.failures.values() for line in lines} >= {4, 5}
    assert trial.examples[0] == ("a@example.org", "News for Ann")
    assert trial.octets > 100


def test_of_very_many_a_sample_is_tried_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "_ALL", 10)
    monkeypatch.setattr(trials, "_SAMPLE", 5)
    ticks: list[int] = []
    first = tried(tmp_path, plan_of(crowd(30)), tick=ticks.append)
    assert (first.total, first.rendered, ticks) == (30, 5, [0])
    assert first.examples == tried(tmp_path, plan_of(crowd(30))).examples
    assert tried(tmp_path, plan_of(crowd(30)), every=True).rendered == 30
    assert tried(tmp_path, plan_of(crowd(10))).rendered == 10


def test_empty_columns_are_counted(tmp_path: Path) -> None:
    rows = [("a@example.org", ""), ("b@example.org", None), ("c@example.org", "C")]
    assert tried(tmp_path, plan_of(rows, renderer=renderer(subject="News"))).empty == {"name": 2}
