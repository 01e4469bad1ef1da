"""The observer `log`: a file of JSON lines that says what becomes of each message, and when."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import (
    CampaignInfo,
    Context,
    Counts,
    Location,
    ObserverKind,
    Option,
    OptionType,
    Outcome,
    hookimpl,
)

__all__ = ["Log", "register_observers"]


class Log:
    """Appends one line for each outcome, one when a campaign begins and one when it ends.

    Addresses are masked, `a***@example.org`, unless they are asked for.

    Args:
        path: the file.
        addresses: whether addresses are written whole.
        now: the time.
    """

    def __init__(self, path: Path, *, addresses: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._addresses = addresses
        self._now = now
        self._campaign = ""

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """Write what begins."""
        self._campaign = campaign.name
        self._write("started", edition=campaign.edition, transport=campaign.transport, to_send=campaign.to_send)

    def outcome_recorded(self, outcome: Outcome) -> None:
        """Write what became of a message."""
        address, reply = outcome.message.rcpt_to, outcome.reply
        self._write(
            outcome.status.value,
            address=address if self._addresses else _masked(address),
            code=reply.code or None,
            enhanced=reply.enhanced,
            reply=reply.text if self._addresses else reply.text.replace(address, _masked(address)),
            message_id=outcome.message.message_id,
        )

    def campaign_finished(self, counts: Counts) -> None:
        """Write how it ended."""
        self._write(
            "finished", sent=counts.sent, failed=counts.failed, deferred=counts.deferred, in_doubt=counts.in_doubt
        )

    def _write(self, event: str, **facts: object) -> None:
        import json

        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"time": time, "campaign": self._campaign, "event": event, **facts}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _masked(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def _open(location: str | None, options: Mapping[str, Any], context: Context) -> Log:
    return Log(context.resolve(str(location)), addresses=options["addresses"])


@hookimpl
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Register `log`."""
    addresses = Option(
        name="addresses",
        type=OptionType.FLAG,
        help="write addresses whole, and not masked",
        default=False,
    )
    register(
        ObserverKind(
            name="log",
            open=_open,
            help="a file of JSON lines: what becomes of each message",
            options=(addresses,),
            location=Location.FILE,
            location_required=True,
        )
    )
