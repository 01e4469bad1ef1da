"""Carriers: a campaign's transport and those that stand in for it, opened, each with its limits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from mailgrid.hookspecs import HasKnownLimits, KnownLimits, Transport, TransportKind
from mailgrid.language.campaign import Campaign, Driver
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.planning import limits
from mailgrid.planning.carrier import Carrier, Quota, SharedRate

__all__ = ["carriers", "known_rate"]

_DAY = 86_400


def carriers(
    campaign: Campaign,
    open_transport: Callable[[Driver], Transport | None],
    kinds: Mapping[str, TransportKind],
    diagnostics: Diagnostics,
) -> tuple[Carrier, ...]:
    """Open the campaign's transport, the one that stands in for it, the one that stands in for that, and so on.

    Args:
        campaign: the campaign; without a transport it has no carriers.
        open_transport: opens one; None where that was reported.
        kinds: the drivers that there are.
        diagnostics: takes what is wrong.
    """
    found: list[Carrier] = []
    for driver in _chain(campaign):
        if found and campaign.transport:
            _check_stand_in(campaign.transport, driver, kinds, diagnostics)
        if transport := open_transport(driver):
            found.append(_carrier(campaign, driver, transport, diagnostics))
    return tuple(found)


def _chain(campaign: Campaign) -> Iterator[Driver]:
    """Yield the transports in their order; two may stand in for each other, so it ends where one comes again."""
    driver, seen = campaign.transport, set[str]()
    while driver is not None and driver.name not in seen:
        yield driver
        seen.add(driver.name or "")
        driver = campaign.transports.get(str(driver.otherwise.value)) if driver.otherwise else None


def _check_stand_in(first: Driver, other: Driver, kinds: Mapping[str, TransportKind], diagnostics: Diagnostics) -> None:
    """Refuse a rehearsal in the place of a real run, and the reverse: who counts as written to must be."""
    reaches = kinds[first.driver].reaches_people
    if kinds[other.driver].reaches_people != reaches:
        one, two = (first.name, other.name) if reaches else (other.name, first.name)
        diagnostics.add("MG630", other.driver_span, reaching=one, rehearsing=two)


def _carrier(campaign: Campaign, driver: Driver, transport: Transport, diagnostics: Diagnostics) -> Carrier:
    quota = limits.shared_quota(driver)
    if quota and driver.quota:
        limits.check_quota(quota, driver.quota.span, campaign, diagnostics)
    carrier = Carrier(
        transport=transport,
        name=driver.name or "",
        rate=limits.shared_rate(driver, campaign),
        quota=quota,
        workers=driver.workers if driver.name else None,
    )
    known = _known(transport)
    return carrier if known is None else _with_known(carrier, known, campaign)


def _with_known(carrier: Carrier, known: KnownLimits, campaign: Campaign) -> Carrier:
    """Add what the far side is known to allow, where the file says nothing; without a name nobody else has a part."""
    if carrier.rate is None and campaign.rate is None and known.per_minute:
        carrier = replace(carrier, rate=SharedRate(carrier.title, known.per_minute / 60, limits.cost(campaign)))
    if carrier.quota is None and campaign.quota is None and known.per_day:
        carrier = replace(carrier, quota=Quota(known.per_day, _DAY, f"{known.per_day}/day ({known.origin})"))
    return replace(carrier, workers=carrier.workers or known.sessions)


def known_rate(found: Sequence[Carrier]) -> str:
    """Return the rate that the first transport is known to allow, in words, with where that is known from."""
    known = _known(found[0].transport) if found else None
    return f"{known.per_minute}/min ({known.origin})" if known and known.per_minute else ""


def _known(transport: Transport) -> KnownLimits | None:
    return transport.known_limits if isinstance(transport, HasKnownLimits) else None
