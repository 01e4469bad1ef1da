"""Arguments that several commands take: the file, and which of its campaigns."""

from pathlib import Path

import click

from mailgrid.cli.common import Common
from mailgrid.language.campaign import Campaign
from mailgrid.library.loading import Loaded, load

__all__ = ["campaign_argument", "campaigns_argument", "file_argument", "only_campaign", "warned"]

file_argument = click.argument("file", type=click.Path(path_type=Path))
campaigns_argument = click.argument("campaigns", nargs=-1, metavar="[CAMPAIGN]...")
campaign_argument = click.argument("campaign", required=False)


def warned(common: Common, file: Path) -> Loaded:
    """Load a campaign file and print its warnings."""
    loaded = load(file, common.settings())
    if not common.quiet:
        common.screen.frames(loaded.compiled.diagnostics)
    return loaded


def only_campaign(loaded: Loaded, name: str | None) -> Campaign:
    """Return the one campaign that is meant."""
    (campaign,) = loaded.choose([name] if name else [])
    return campaign
