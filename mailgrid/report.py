"""Report: how a run ended, in counts and as an exit code."""

from dataclasses import dataclass, field

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Counts
from mailgrid.value import value

__all__ = ["INTERRUPTED", "CampaignReport", "Report"]

_STOPPED = 5
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """How one campaign ended, in people: who was found, who was written to, and what became of it.

    `rows`, `matched` and the reasons for not writing are those of gathering; `sent`, `failed`, `in_doubt` and
    `deferred` (waiting to be tried again) those of this run; `still_in_doubt` those of earlier ones. `withheld` are
    those of `suppressed` who were to be written to, and came onto the do-not-mail list meanwhile. `without_file` need
    a file that is not there. `unplanned` are not in the saved plan that was carried out, `gone` are in it but were not
    found any more. `seconds` is the time spent sending and `attempts` how often anybody was tried. `reasons` tells
    failures apart: (what became of it, code, enhanced code, the far side's words) → how many. `transports` are those
    that messages were sent through, with how many. `spent` are the quotas that let nobody else through at the end, in
    words, until `spent_until`, in seconds since the epoch. `error` ended it early.
    """

    name: str
    rows: int = 0
    matched: int = 0
    to_send: int = 0
    suppressed: int = 0
    duplicate: int = 0
    bad_address: int = 0
    without_file: int = 0
    already_sent: int = 0
    unknown: int = 0
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    in_doubt: int = 0
    still_in_doubt: int = 0
    withheld: int = 0
    unplanned: int = 0
    gone: int = 0
    attempts: int = 0
    seconds: float = 0.0
    warnings: int = 0
    reasons: dict[tuple[str, int, str, str], int] = field(default_factory=dict)
    transports: dict[str, int] = field(default_factory=dict)
    spent: tuple[str, ...] = ()
    spent_until: float = 0.0
    error: MailgridError | None = None
    interrupted: bool = False

    @property
    def not_tried(self) -> int:
        """How many were not written to before the run ended."""
        return self.to_send - self.sent - self.failed - self.in_doubt - self.deferred - self.withheld

    @property
    def counts(self) -> Counts:
        """How it ended, for observers and the ledger."""
        return Counts(sent=self.sent, failed=self.failed, deferred=self.deferred, in_doubt=self.in_doubt)

    @property
    def per_second(self) -> float:
        """Messages that were taken, a second."""
        return round(self.sent / self.seconds, 1) if self.seconds else 0.0

    @property
    def exit_code(self) -> int:
        """0 done; 1 some failed, are in doubt or were left; 5 stopped early; 130 interrupted."""
        if self.interrupted:
            return INTERRUPTED
        if self.error is not None:
            return _STOPPED
        left = self.not_tried > 0 or self.without_file
        return int(bool(self.failed or self.deferred or self.in_doubt or self.still_in_doubt or left))

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `apply --json` promises."""
        return {
            "name": self.name,
            "rows": self.rows,
            "matched": self.matched,
            "to_send": self.to_send,
            "sent": self.sent,
            "failed": self.failed,
            "deferred": self.deferred,
            "in_doubt": self.in_doubt + self.still_in_doubt,
            "suppressed": self.suppressed,
            "duplicate": self.duplicate,
            "bad_address": self.bad_address,
            "without_file": self.without_file,
            "already_sent": self.already_sent,
            "unknown": self.unknown,
            "not_in_plan": self.unplanned,
            "gone": self.gone,
            "seconds": round(self.seconds, 3),
            "per_second": self.per_second,
            "attempts": self.attempts,
            "transports": self.transports,
        }


@value
class Report:
    """How a run of one or more campaigns ended; `error` is what kept it from sending at all."""

    campaigns: tuple[CampaignReport, ...]
    error: MailgridError | None = None

    @property
    def exit_code(self) -> int:
        """The worst of the campaigns': interrupted, stopped early, some failed, done."""
        if self.error is not None:
            return self.error.exit_code
        return max((campaign.exit_code for campaign in self.campaigns), default=0)

    def as_json(self) -> dict[str, object]:
        """Return it as `apply --json` prints it."""
        return {
            "format": 1,
            "campaigns": [campaign.as_json() for campaign in self.campaigns],
            "exit": self.exit_code,
        }
