"""A campaign's limits in the pipeline's units: messages, seconds, shares."""

from mailgrid.language.campaign import Campaign
from mailgrid.language.values import Percent
from mailgrid.planning.plan import RetryRule, StopRule

__all__ = ["burst", "cost", "rate_title", "retry_rule", "stop_rule"]


def cost(campaign: Campaign) -> int:
    """Return how many messages one person takes: the copies count, for the server counts them too."""
    return 1 + len(campaign.cc) + len(campaign.bcc)


def burst(campaign: Campaign) -> int:
    """Return the burst; where none is written, a tenth of a second's worth, so that a late thread loses no rate."""
    rate = campaign.rate
    if rate is None:
        return 1
    return max(campaign.burst or int(rate.per_second / 10), cost(campaign))


def rate_title(campaign: Campaign) -> str:
    """Return the rate as it was written, for people; empty when there is none."""
    if campaign.rate is None:
        return ""
    return f"{campaign.rate} burst {campaign.burst}" if campaign.burst else str(campaign.rate)


def retry_rule(campaign: Campaign) -> RetryRule:
    """Return the rule for temporary refusals, in seconds."""
    retry = campaign.retry
    return RetryRule(
        attempts=retry.attempts,
        period=retry.period.total_seconds(),
        backoff=retry.backoff.total_seconds(),
        longest=retry.longest.total_seconds(),
        jitter=retry.jitter,
    )


def stop_rule(campaign: Campaign) -> StopRule | None:
    """Return when too many failures end the run; None when the campaign does not say."""
    stop = campaign.stop
    if stop is None:
        return None
    if isinstance(stop.failures, Percent):
        return StopRule(share=stop.failures.fraction)
    return StopRule(count=stop.failures)
