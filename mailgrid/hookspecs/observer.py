"""An observer: is told how a run goes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from mailgrid.hookspecs.message import Outcome, Reply

__all__ = ["CampaignInfo", "Counts", "Fate", "Observer", "Patient", "ReadsFates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignInfo:
    """A campaign that begins to send: its identity, and how many messages there are, which may be none.

    In a `rehearsal` nobody is reached.
    """

    name: str
    edition: str
    transport: str
    to_send: int
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How a campaign ended, in messages."""

    sent: int
    failed: int
    deferred: int
    in_doubt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What has become of one row of a campaign's source by the end of a run.

    `line` is where the row stands; `key` and `address` are empty where it has none. `status` is the word of a Status,
    `pending` where it was not tried yet, or `left out`; `reason` says why. `reply`, `attempts` and `time` (in seconds
    since 1970; None: it was never tried) are those of the last attempt, in this run or an earlier one.
    """

    line: int
    key: str
    address: str
    status: str
    reason: str
    reply: Reply = field(default_factory=Reply)
    attempts: int = 0
    time: float | None = None


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


@runtime_checkable
class ReadsFates(Protocol):
    """What an Observer has besides, if it is to be told at the end what has become of each row of the source."""

    def rows_settled(self, fates: Iterable[Fate]) -> None:
        """Called before `campaign_finished`. The rows are read as they are asked for; after the call they are gone."""
