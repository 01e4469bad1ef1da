"""What a campaign may say, and this version cannot do yet: refused, so that nothing is left out in silence."""

from mailgrid.errors import CampaignError
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics

__all__ = ["UNREADY", "refuse_unready"]

#: Each setting, with what it would do.
UNREADY = {"attach pdf": "make PDF files"}


def refuse_unready(campaign: Campaign) -> None:
    """Refuse a campaign that asks for what this version cannot do.

    Raises:
        CampaignError: with MG617 for each setting, at its place.
    """
    diagnostics = Diagnostics()
    wordings = (campaign, *(variant.campaign for variant in campaign.variants))
    for attachment in (each for wording in wordings for each in wording.attachments if each.pdf):
        diagnostics.add("MG617", attachment.file.span, found="attach pdf", what=UNREADY["attach pdf"])
    if diagnostics.errors:
        raise CampaignError(f"`{campaign.name}` asks for what this version cannot do", tuple(diagnostics))
