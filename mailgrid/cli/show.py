"""`mailgrid show`: a saved plan: what is in it, and whether it can be applied."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.plan_view import count_lines
from mailgrid.cli.screen import clean
from mailgrid.ledger.plans import PlanUse
from mailgrid.library.loading import ledger_folder
from mailgrid.library.stale import changed
from mailgrid.library.use import uses
from mailgrid.planning import plan_file
from mailgrid.planning.saved_plan import SavedCampaign, SavedPlan
from mailgrid.project import find
from mailgrid.rfc3339 import rfc3339

__all__ = ["command", "show_saved"]

#: What is counted of those who are not written to → how people call it.
_REASONS = {
    "duplicate": "same key",
    "bad_address": "bad address",
    "without_file": "file missing",
    "skipped": "skipped",
    "suppressed": "suppressed",
    "already_sent": "already sent",
    "rejected": "rejected",
    "in_doubt": "in doubt",
    "left_out": "left out",
}


@click.command("show")
@click.argument("plan", type=click.Path(path_type=Path))
@common_options
@click.pass_obj
def command(common: Common, plan: Path) -> int:
    """Print a saved plan, and whether it is fresh, stale (a file has changed), interrupted or used."""
    return show_saved(common, plan)


def show_saved(common: Common, path: Path) -> int:
    """Print a saved plan and return the exit code."""
    saved = plan_file.read(path)
    stale = changed(saved)
    settings = common.settings()
    ledger = ledger_folder(find(saved.file.resolve().parent, saved.env), settings, os.environ)
    known = uses(saved, ledger)
    state = _state(known, stale)
    if common.json is not None:
        print_json(common.screen, _as_json(saved, state, stale, known), common.json)
        return 0
    for line in _lines(path, saved):
        common.screen.out(line)
    for line in _standing(path, state, stale, known):
        common.screen.out(line)
    return 0


def _state(known: Mapping[str, PlanUse | None], stale: list[str]) -> str:
    if all(use is not None and use.finished is not None for use in known.values()):
        return "used"
    if stale:
        return "stale"
    return "interrupted" if any(known.values()) else "fresh"


def _lines(path: Path, saved: SavedPlan) -> Iterator[str]:
    file = Path(os.path.relpath(saved.file.resolve())).as_posix()
    yield f"plan {saved.id} in {path}: {clean(file)} on {rfc3339(saved.now)}, made by mailgrid {clean(saved.version)}"
    for name, value in saved.variables.items():
        yield f"--var {clean(name)}={clean(value)}"
    for campaign in saved.campaigns:
        yield ""
        yield from _campaign(campaign)
    yield ""


def _campaign(campaign: SavedCampaign) -> Iterator[str]:
    counts = campaign.counts
    edition = f" {campaign.edition}" if campaign.edition else ""
    yield clean(f"{campaign.name}{edition}  {campaign.source} -> {campaign.transport}")
    yield ""
    rows = [(counts["rows"], "rows", f"in {clean(campaign.source)}"), (counts["matched"], "match", "")]
    rows += [(-counts[name], label, "") for name, label in _REASONS.items()]
    unknown = f"{counts['unknown']:,} rows unknown, not mailed" if counts["unknown"] else ""
    remark = "a rehearsal: this transport reaches nobody" if campaign.rehearsal else ""
    yield from count_lines(rows, counts["to_send"], "; ".join(filter(None, (unknown, remark))))


def _standing(path: Path, state: str, stale: list[str], known: Mapping[str, PlanUse | None]) -> Iterator[str]:
    """Yield what became of the plan, and what can be done with it."""
    for name, use in known.items():
        if use is not None:
            what = f"begun {_day(use.started)}" if use.finished is None else f"applied {_day(use.finished)}"
            yield f"{name}: {what} by {clean(use.by)}"
    if stale:
        yield f"changed since it was made: {clean(', '.join(stale))}"
    yield {
        "fresh": f"fresh; next: mailgrid apply {path}",
        "interrupted": f"interrupted; go on: mailgrid apply {path}",
        "stale": "stale: it cannot be applied any more",
        "used": "used: it cannot be applied again",
    }[state]


def _as_json(saved: SavedPlan, state: str, stale: list[str], known: Mapping[str, PlanUse | None]) -> dict[str, Any]:
    return {
        "format": 1,
        "plan": saved.id,
        "state": state,
        "changed": stale,
        "file": Path(os.path.relpath(saved.file.resolve())).as_posix(),
        "mailgrid": saved.version,
        "now": rfc3339(saved.now),
        "variables": dict(saved.variables),
        "to_send": sum(campaign.counts["to_send"] for campaign in saved.campaigns),
        "campaigns": [_campaign_json(campaign, known[campaign.name]) for campaign in saved.campaigns],
    }


def _campaign_json(campaign: SavedCampaign, use: PlanUse | None) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "edition": campaign.edition,
        "source": campaign.source,
        "transport": campaign.transport,
        "rehearsal": campaign.rehearsal,
        **campaign.counts,
        "started": None if use is None else rfc3339(use.started),
        "finished": None if use is None or use.finished is None else rfc3339(use.finished),
        "by": None if use is None else use.by,
    }


def _day(moment: float) -> str:
    day = datetime.fromtimestamp(moment, UTC).astimezone()
    return f"{day.day} {day:%b %Y %H:%M}"
