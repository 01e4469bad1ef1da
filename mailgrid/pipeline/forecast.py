"""Forecast: what `apply` would do to one campaign, in counts. Made by `plan`, and by `apply` before it sends."""

from mailgrid.language.diagnostics import Diagnostic
from mailgrid.pipeline.findings import findings
from mailgrid.pipeline.tally import SETTLED, Tally
from mailgrid.pipeline.trial import Trial
from mailgrid.planning.carrier import Quota
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport
from mailgrid.rfc3339 import rfc3339
from mailgrid.value import value

__all__ = ["Forecast", "LimitedDomain"]

_LEFT_OUT = ("outside sample", "beyond take", "left for later", "did not fail")


@value
class LimitedDomain:
    """Those who are at a limited domain: its name, its limit in words, how many they are, and how long they take."""

    name: str
    limit: str
    people: int
    seconds: float


@value
class Forecast:
    """A plan, what gathering found, and what rendering found (None where it was not tried)."""

    plan: Plan
    tally: Tally
    trial: Trial | None = None

    @property
    def seconds(self) -> float | None:
        """How long it takes from the first message to the last, closed hours and quotas included, where known.

        What was sent before is not counted, and neither what others send: a quota is taken as untouched.
        """
        pace, hours, messages = self.pace, self.plan.hours, self.tally.to_send * self.plan.cost
        begins = self.begins
        times = [] if pace is None else [pace if hours is None else hours.after(begins, pace) - begins]
        times += [(messages - 1) // quota.count * float(quota.seconds) for quota in self.quotas if messages]
        return max(times, default=None)

    @property
    def begins(self) -> float:
        """When sending begins, in seconds since the epoch: at once, at its time, or when its hours begin."""
        plan, now = self.plan, self.plan.now.timestamp()
        moment = max(now, plan.start.moment) if plan.start else now
        return plan.hours.opens(moment) if plan.hours else moment

    @property
    def pace(self) -> float | None:
        """How long sending takes, in seconds of sending, under the slowest limit; None where there is none."""
        plan, shared, messages = self.plan, self.plan.carriers[0].rate, self.tally.to_send * self.plan.cost
        times = [_seconds(messages, plan.rate, plan.burst)] if plan.rate else []
        times += [_seconds(messages, shared.per_second, shared.burst)] if shared else []
        times += [self.slowest_domain.seconds] if self.slowest_domain else []
        return max(times, default=None)

    @property
    def slowest_domain(self) -> LimitedDomain | None:
        """The domain at its limit that takes the longest; None where none has a limit."""
        rates = {rate.domain: rate for rate in self.plan.domains}
        found = []
        for name, people in self.tally.lanes.items():
            rate = rates.get(name) or rates[None]
            seconds = _seconds(people * self.plan.cost, rate.per_second, rate.burst)
            found.append(LimitedDomain(name, rate.title, people, seconds))
        return max(found, key=lambda domain: domain.seconds, default=None)

    @property
    def quotas(self) -> list[Quota]:
        """The quotas that hold: the campaign's own, and its transport's."""
        return [quota for quota in (self.plan.quota, self.plan.carriers[0].quota) if quota]

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What binding had to say, and what the list says about the condition."""
        return (*self.plan.warnings, *findings(self.plan, self.tally))

    def not_sent(self) -> CampaignReport:
        """Return the report of a campaign that was gathered, and of which nothing was sent."""
        tally = self.tally
        return CampaignReport(
            name=self.plan.name,
            rows=tally.rows,
            matched=tally.matched,
            to_send=tally.to_send,
            suppressed=sum(tally.suppressed.values()),
            duplicate=tally.duplicate,
            bad_address=tally.bad_address,
            without_file=tally.without_file,
            already_sent=tally.standings["already sent"],
            unknown=tally.unknown,
            still_in_doubt=tally.standings["in doubt"],
            unplanned=tally.unplanned,
            gone=tally.gone,
        )

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `plan --json` promises for a campaign."""
        plan, trial = self.plan, self.trial
        return {
            "name": plan.name,
            "edition": plan.edition,
            "file": plan.file,
            "source": plan.source_title,
            "transport": plan.transport_title,
            "rehearsal": not plan.reaches_people,
            "redirect": plan.redirect or None,
            "where": plan.condition,
            "now": rfc3339(plan.now),
            "zone": str(plan.zone),
            **_counted(plan, self.tally),
            "problems": dict(plan.problems.counts),
            "schedule": rfc3339(plan.start.moment) if plan.start else None,
            "expires": plan.start.seconds if plan.start else None,
            "window": str(plan.hours) if plan.hours else None,
            "begins": rfc3339(self.begins),
            "rate": plan.rate_title or None,
            "quota": ", ".join(quota.title for quota in self.quotas) or None,
            "seconds": None if self.seconds is None else round(self.seconds),
            "attached": list(plan.renderer.attached),
            "largest": trial.octets if trial else None,
            "rendered": trial.rendered if trial else None,
            "not_rendered": trial.failed if trial else None,
            "large_headers": trial.large_headers if trial else None,
        }


def _counted(plan: Plan, tally: Tally) -> dict[str, object]:
    """Return what gathering counted."""
    return {
        "rows": tally.rows,
        "matched": tally.matched,
        "suppressed": sum(tally.suppressed.values()),
        "duplicate": tally.duplicate,
        "bad_address": tally.bad_address,
        "without_file": tally.without_file,
        "already_sent": tally.standings["already sent"],
        "rejected": tally.standings["rejected for good"],
        "in_doubt": tally.standings["in doubt"] + tally.standings[SETTLED],
        "settled": tally.settled,
        "left_out": sum(tally.standings[why] for why in _LEFT_OUT),
        "not_in_plan": tally.unplanned,
        "gone": tally.gone,
        "skipped": dict(tally.skipped),
        "to_send": tally.to_send,
        "variants": [
            {"name": each.name, "share": each.share, "to_send": tally.variants[each.name]}
            for each in (plan.split.shares if plan.split else ())
        ],
        "unknown": tally.unknown,
        "unknown_tests": [
            {
                "where": test,
                "rows": unknown.rows,
                "examples": [{"line": line, "value": value} for line, value in unknown.examples],
            }
            for test, unknown in tally.tests.items()
        ],
    }


def _seconds(messages: int, per_second: float, burst: int) -> float:
    return max(0.0, (messages - burst) / per_second)
