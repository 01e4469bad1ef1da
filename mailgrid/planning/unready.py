"""What a campaign may say, and this version cannot do yet: refused, so that nothing is left out in silence."""

from mailgrid.errors import CampaignError
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics

__all__ = ["UNREADY", "refuse_unready"]

#: Each setting, with what it would do.
UNREADY = {
    "attach": "attach files",
    "inline": "put pictures into messages",
}


def refuse_unready(campaign: Campaign) -> None:
    """Refuse a campaign that asks for what this version cannot do.

    Raises:
        CampaignError: with MG617 for each setting, at its place.
    """
    diagnostics = Diagnostics()
    for keyword, what in UNREADY.items():
        for place in campaign.places.get(keyword, ()):
            diagnostics.add("MG617", place, found=keyword, what=what)
    if diagnostics.errors:
        raise CampaignError(f"`{campaign.name}` asks for what this version cannot do", tuple(diagnostics))
