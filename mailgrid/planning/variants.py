"""A campaign's variants: which wordings there are, and who gets which."""

from collections.abc import Sequence

from mailgrid.language.campaign import Campaign
from mailgrid.language.expressions import Match
from mailgrid.planning.split import Share, Split

__all__ = ["split_of", "wordings"]


def wordings(campaign: Campaign) -> dict[str, Campaign]:
    """Return the campaign as each variant has it, by name; its own, unnamed, where not everybody gets a variant."""
    own = {} if any(variant.where is None for variant in campaign.variants) else {"": campaign}
    return own | {variant.name: variant.campaign for variant in campaign.variants}


def split_of(campaign: Campaign, matches: Sequence[Match | None], wanted: Sequence[str]) -> Split | None:
    """Return who gets which variant; None where there are none.

    Args:
        campaign: the campaign.
        matches: for each variant who may get it; None for everybody.
        wanted: the columns of a row, in their order.
    """
    if not campaign.variants:
        return None
    origin = campaign.formerly[0].value if campaign.formerly else campaign.name
    shares = [
        Share(variant.name, variant.share, match.bind(wanted) if match else None)
        for variant, match in zip(campaign.variants, matches, strict=True)
    ]
    return Split(origin, shares)
