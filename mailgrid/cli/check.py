"""`mailgrid check`: all mistakes of campaign files, with their sources' headers and their templates."""

from collections.abc import Iterable
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted, summary
from mailgrid.cli.json_out import print_json
from mailgrid.errors import CampaignError
from mailgrid.language.diagnostics import Diagnostic, Diagnostics

__all__ = ["command"]


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
@common_options
@click.pass_obj
def command(common: Common, files: tuple[Path, ...], form: str) -> int:
    """Find mistakes in campaign FILES: syntax, names, types, columns, templates. Only headers of sources are read."""
    found = [diagnostic for file in files for diagnostic in _diagnostics(common, file)]
    if form == "json" or common.json is not None:
        from mailgrid.language.frame import as_json

        print_json(common.screen, {"format": 1, "diagnostics": [as_json(each) for each in found]}, common.json or ())
    else:
        common.screen.frames(found)
        if found:
            common.screen.note(summary(found, fixable=True))
        else:
            common.screen.note(f"no mistake in {counted(len(files), 'file')}")
    return 2 if any(diagnostic.severity == "error" for diagnostic in found) else 0


def _diagnostics(common: Common, file: Path) -> list[Diagnostic]:
    from mailgrid.library.loading import load
    from mailgrid.planning.binding import bind

    found = Diagnostics()
    try:
        loaded = load(file, common.settings())
    except CampaignError as error:
        return [each for each in error.diagnostics if isinstance(each, Diagnostic)]
    found.extend(loaded.compiled.diagnostics)
    for campaign in loaded.compiled.campaigns:
        try:
            plan = bind(campaign, loaded.world)
            _take(found, plan.warnings)
            plan.close()
        except CampaignError as error:
            _take(found, error.diagnostics)
    return list(found)


def _take(found: Diagnostics, more: Iterable[object]) -> None:
    """Add a campaign's diagnostics; what two campaigns share is said once."""
    for each in more:
        if isinstance(each, Diagnostic):
            found.keep(each)
