"""What the observer `webhook` does: its lines are delivered to a server, signed, and again until they are taken."""

import secrets
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from mailgrid.errors import SourceError, TransportError
from mailgrid.hookspecs import CampaignInfo, Context, Counts, Outcome

from ..web.address import NoAnswerError, Rules
from ..web.client import Web
from .deliveries import Deliveries, NotTakenError
from .lines import Lines
from .signature import headers, key_of

__all__ = ["Webhook"]

#: Refusals that may be over in a while: request timeout, too early (RFC 8470), too many requests (RFC 6585).
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class Webhook:
    """Posts to a URL; neither sending nor other observers ever wait for it, but the end of the run does, for a while.

    Args:
        url: where to.
        options: those of the kind.
        context: of the campaign.
        clock: the time, in seconds since 1970.

    Raises:
        SourceError: that is no URL that may be asked.
        TransportError: the secret cannot be one.
    """

    def __init__(
        self, url: str, options: Mapping[str, Any], context: Context, clock: Callable[[], float] = time.time
    ) -> None:
        rules = Rules(allow=context.allow_hosts)
        self._host = rules.read(url).host
        self._url = url
        self._key = key_of(options["secret"].reveal())
        self._web = Web(rules, options["timeout"].total_seconds(), ca=options["ca"])
        self._lines = Lines(addresses=options["addresses"])
        self._wait: float = options["wait"].total_seconds()
        self._clock = clock
        self._deliveries: Deliveries | None = None

    @property
    def patience(self) -> float:
        """How long the end of a run waits for it, in seconds."""
        return self._wait

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """Begin to deliver."""
        self._deliveries = Deliveries(self._post, secrets.token_hex(8))
        self._deliveries.put(self._lines.started(campaign))

    def outcome_recorded(self, outcome: Outcome) -> None:
        """Deliver what became of a message, in the next batch."""
        if self._deliveries:
            self._deliveries.put(self._lines.outcome(outcome))

    def campaign_finished(self, counts: Counts) -> None:
        """Deliver how it ended, and wait until all is delivered.

        Raises:
            TransportError: not all was.
        """
        if not self._deliveries:
            return
        last = self._lines.finished(counts, lost=self._deliveries.lost)
        if lost := self._deliveries.close(last, self._wait):
            reason = self._deliveries.reason or "it takes too long"
            raise TransportError(f"{self._host} was not told of {lost:,} lines: {reason}")

    def _post(self, delivery: str, body: bytes) -> None:
        more = {"Content-Type": "application/json", **headers(self._key, delivery, int(self._clock()), body)}
        try:
            status, _ = self._web.post(self._url, body, more)
        except SourceError as error:
            raise NotTakenError(error.message, final=not isinstance(error, NoAnswerError)) from None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            final = status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING
            raise NotTakenError(f"answers {status}", final=final)
