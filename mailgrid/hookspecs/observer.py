"""An observer: is told how a run goes."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from mailgrid.hookspecs.message import Outcome

__all__ = ["CampaignInfo", "Counts", "Observer", "Patient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignInfo:
    """A campaign that begins to send: its identity, and how many messages there are."""

    name: str
    edition: str
    transport: str
    to_send: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How a campaign ended, in messages."""

    sent: int
    failed: int
    deferred: int
    in_doubt: int


class Observer(Protocol):
    """Is told what becomes of each message of a file's campaigns, on the observers' thread.

    One that raises or is slow costs nobody else anything.
    """

    def campaign_started(self, campaign: CampaignInfo) -> None:
        """A campaign begins to send."""

    def outcome_recorded(self, outcome: Outcome) -> None:
        """An outcome is durable."""

    def campaign_finished(self, counts: Counts) -> None:
        """A campaign has ended, however it ended. It is the last call."""


@runtime_checkable
class Patient(Protocol):
    """What an Observer has besides, if the end of a run is to wait for it longer than for others."""

    @property
    def patience(self) -> float:
        """How long its `campaign_finished` may take, in seconds."""
