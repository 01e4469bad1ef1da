"""Arguments that several commands take: the file, which of its campaigns, an address."""

from pathlib import Path

import click

from mailgrid.cli.common import Common
from mailgrid.errors import AddressError, UsageError
from mailgrid.language.campaign import Campaign
from mailgrid.library.loading import Loaded, load
from mailgrid.message.address import parse

__all__ = ["address_key", "campaign_argument", "campaigns_argument", "file_argument", "only_campaign", "warned"]

file_argument = click.argument("file", type=click.Path(path_type=Path))
campaigns_argument = click.argument("campaigns", nargs=-1, metavar="[CAMPAIGN]...")
campaign_argument = click.argument("campaign", required=False)


def address_key(text: str) -> str:
    """Return an address as it is compared.

    Raises:
        UsageError: it is none.
    """
    try:
        return parse(text).key
    except AddressError as error:
        raise UsageError(error.message, hint=error.hint or "write it like `name@example.org`") from None


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
