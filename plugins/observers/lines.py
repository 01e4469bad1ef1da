"""Lines: what happens in a campaign, one JSON object each, as `log` writes them and `webhook` posts them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mailgrid.hookspecs import CampaignInfo, Counts, Option, OptionType, Outcome

from .masking import masked, without_addresses

__all__ = ["ADDRESSES", "Lines"]

ADDRESSES = Option(
    name="addresses",
    type=OptionType.FLAG,
    help="addresses are told whole, and not masked",
    default=False,
)


class Lines:
    """Makes the objects. Addresses in them are masked, `a***@example.org`, unless they are asked for.

    Args:
        addresses: whether addresses are told whole.
        now: the time.
    """

    def __init__(self, *, addresses: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._addresses = addresses
        self._now = now
        self._campaign = ""

    def started(self, campaign: CampaignInfo) -> dict[str, Any]:
        """Return what begins; it names the campaign of all that follow."""
        self._campaign = campaign.name
        return self._line("started", edition=campaign.edition, transport=campaign.transport, to_send=campaign.to_send)

    def outcome(self, outcome: Outcome) -> dict[str, Any]:
        """Return what became of a message."""
        address, reply = outcome.message.rcpt_to, outcome.reply
        return self._line(
            outcome.status.value,
            address=address if self._addresses else masked(address),
            code=reply.code or None,
            enhanced=reply.enhanced,
            reply=reply.text if self._addresses else without_addresses(reply.text, address),
            message_id=outcome.message.message_id,
        )

    def finished(self, counts: Counts, **more: object) -> dict[str, Any]:
        """Return how it ended."""
        return self._line(
            "finished",
            sent=counts.sent,
            failed=counts.failed,
            deferred=counts.deferred,
            in_doubt=counts.in_doubt,
            **more,
        )

    def _line(self, event: str, **facts: object) -> dict[str, Any]:
        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"time": time, "campaign": self._campaign, "event": event, **facts}
