"""What `plan` says besides counts: the rows one by one, and what is different from a saved plan."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from mailgrid.cli.common import Common
from mailgrid.cli.json_out import print_json
from mailgrid.cli.screen import clean
from mailgrid.cli.table import print_table
from mailgrid.language.campaign import Campaign
from mailgrid.library.difference import Difference
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.pipeline.verdicts import Verdict, verdicts
from mailgrid.planning.binding import bind
from mailgrid.planning.saved_plan import SavedPlan
from mailgrid.rfc3339 import rfc3339

__all__ = ["difference_lines", "print_rows"]


def print_rows(common: Common, loaded: Loaded, campaigns: Sequence[Campaign], prepared: Sequence[Prepared]) -> None:
    """Print for each row what becomes of it; with `--json` one object a row."""
    rows = _rows(loaded, campaigns, prepared)
    if common.json is None:
        table = ((name, each.line, each.key, each.what) for name, each in rows)
        print_table(common.screen, ("campaign", "line", "key", "what"), table)
        return
    for name, each in rows:
        value = {"campaign": name, "line": each.line, "key": each.key, "what": each.what}
        print_json(common.screen, value, common.json, line=True)


def _rows(loaded: Loaded, campaigns: Sequence[Campaign], prepared: Sequence[Prepared]) -> Iterator[tuple[str, Verdict]]:
    for campaign, one in zip(campaigns, prepared, strict=True):
        with closing(bind(campaign, loaded.world)) as plan:
            yield from ((campaign.name, verdict) for verdict in verdicts(plan, one.audience))


def difference_lines(saved: SavedPlan, stale: Sequence[str], found: Sequence[Difference]) -> Iterator[str]:
    """Yield what is different from a saved plan: files and people."""
    yield f"compared with plan {saved.id} of {rfc3339(saved.now)}"
    if stale:
        yield f"  changed: {clean(', '.join(stale))}"
    for each in found:
        counts = f"{each.new:,} new, {each.gone:,} gone, {each.sent:,} sent since, {each.planned:,} as planned"
        yield f"  {clean(each.name)}: {counts}"
    yield ""
