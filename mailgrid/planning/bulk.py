"""Bulk mail: what providers ask of it before they take it from many."""

from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostic

__all__ = ["without_unsubscribe"]

#: From so many messages on providers look at it as bulk mail.
_MANY = 1000
_HEADER = "list-unsubscribe"


def without_unsubscribe(campaign: Campaign, messages: int) -> Diagnostic | None:
    """Warn, W607, of marketing for many who are not told how to leave the list (RFC 2369, RFC 8058).

    Args:
        campaign: the campaign.
        messages: how many it sends.
    """
    told = campaign.unsubscribe or any(header.name.value.lower() == _HEADER for header in campaign.headers)
    if told or campaign.kind != "marketing" or messages < _MANY:
        return None
    return Diagnostic("W607", campaign.span, {"found": campaign.name, "count": f"{messages:,}"})
