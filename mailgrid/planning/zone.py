"""Zone: whose clocks a campaign goes by."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from mailgrid.language.campaign import Campaign
from mailgrid.project import Project

__all__ = ["zone_of"]


def zone_of(campaign: Campaign, project: Project) -> tzinfo:
    """Return the zone of a campaign: its own, else the project's, else UTC. Both were checked when they were read."""
    return ZoneInfo(campaign.zone.value if campaign.zone else project.zone or "UTC")
