"""A campaign's limits in the pipeline's units: messages, seconds, shares."""

from mailgrid.errors import AddressError, UsageError
from mailgrid.language.campaign import Campaign, Driver, Quoted
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.literals import as_rate
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate
from mailgrid.message.address import parse
from mailgrid.planning.carrier import Quota, SharedRate
from mailgrid.planning.plan import DomainRate, RetryRule, StopRule

__all__ = [
    "burst",
    "check_quota",
    "cost",
    "default_burst",
    "domain_rates",
    "own_quota",
    "rate_title",
    "read_rate",
    "retry_rule",
    "shared_quota",
    "shared_rate",
    "stop_rule",
]


def cost(campaign: Campaign) -> int:
    """Return how many messages one person takes: the copies count, for the server counts them too."""
    return 1 + len(campaign.cc) + len(campaign.bcc)


def largest(campaign: Campaign) -> int:
    """Return how many octets a message may have: the least that the campaign or a transport of it says; 0: any."""
    transports = {driver.name: driver for driver in (campaign.transport, *campaign.transports.values()) if driver}
    names, driver = list[str | None](), campaign.transport
    while driver and driver.name not in names:
        names.append(driver.name)
        driver = transports.get(str(driver.otherwise.value)) if driver.otherwise else None
    sizes = [campaign.max_size, *(transports[name].max_size for name in names)]
    return min((size.octets for size in sizes if size), default=0)


def burst(campaign: Campaign) -> int:
    """Return the burst; where none is written, a tenth of a second's worth, so that a late thread loses no rate."""
    rate = campaign.rate
    return 1 if rate is None else _burst(rate, campaign.burst, campaign)


def shared_rate(transport: Driver, campaign: Campaign) -> SharedRate | None:
    """Return the rate of a transport, which all who send through it share; None where it has none."""
    if transport.name is None or transport.rate is None:
        return None
    per_second = float(transport.rate.per_second)
    return SharedRate(transport.name, per_second, _burst(transport.rate, transport.burst, campaign))


def shared_quota(transport: Driver) -> Quota | None:
    """Return the quota of a transport, which all who send through it share; None where it has none."""
    rate = transport.quota.value if transport.quota and transport.name else None
    return _quota(rate) if isinstance(rate, Rate) else None


def own_quota(campaign: Campaign) -> Quota | None:
    """Return the campaign's own quota; None where it has none."""
    return _quota(campaign.quota) if campaign.quota else None


def _quota(rate: Rate) -> Quota:
    return Quota(int(rate.count), rate.seconds, str(rate))


def check_quota(quota: Quota, place: Span, campaign: Campaign, diagnostics: Diagnostics) -> None:
    """Refuse a quota that a single message is more than, with its copies: nobody could ever be written to."""
    if quota.count < cost(campaign):
        diagnostics.add("MG631", place, found=quota.title, cost=cost(campaign))


def domain_rates(campaign: Campaign, diagnostics: Diagnostics) -> tuple[DomainRate, ...]:
    """Return the rates of single domains; a campaign's own limit replaces that of `defaults` for the same domain.

    What is no domain is reported, MG230.
    """
    rates: dict[str | None, DomainRate] = {}
    for limit in campaign.limits:
        domain = None if limit.domain is None else _domain(limit.domain, diagnostics)
        if domain != "":
            most = _burst(limit.rate, limit.burst, campaign)
            rates[domain] = DomainRate(domain, float(limit.rate.per_second), most, _title(limit.rate, limit.burst))
    return tuple(rates.values())


def _domain(written: Quoted, diagnostics: Diagnostics) -> str:
    """Return a domain as it stands in the address of an envelope; empty, with a diagnostic, where it is none."""
    try:
        return parse(f"postmaster@{written.value}").domain
    except AddressError:
        diagnostics.add("MG230", written.span, found=written.value)
        return ""


def _burst(rate: Rate, written: int | None, campaign: Campaign) -> int:
    return max(written, cost(campaign)) if written else default_burst(rate, cost(campaign))


def default_burst(rate: Rate, price: int) -> int:
    """Return the burst of a rate where none is written; `price` is how many messages one person takes."""
    return max(int(rate.per_second / 10), price)


def read_rate(written: str) -> Rate:
    """Read a rate from a command line.

    Raises:
        UsageError: it is none, or 0.
    """
    rate = as_rate(written)
    if rate is None or not rate.count:
        raise UsageError(f"`{written}` is no rate", hint="write 10/s, 600/min, 1000/h or 50000/day")
    return rate


def rate_title(campaign: Campaign) -> str:
    """Return the rate that holds, for people: as it was written, and whose it is; empty when there is none."""
    own, transport = campaign.rate, campaign.transport
    shared = transport.rate if transport else None
    if transport and shared and (own is None or shared.per_second < own.per_second):
        return f"{_title(shared, transport.burst)} of transport {transport.name}"
    return _title(own, campaign.burst) if own else ""


def _title(rate: Rate, written: int | None) -> str:
    return f"{rate} burst {written}" if written else str(rate)


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
