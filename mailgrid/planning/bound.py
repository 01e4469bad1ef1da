"""Bound: what a campaign is made of, as it was found in the world around it; a Plan is made of it."""

from collections.abc import Sequence

from mailgrid.hookspecs import Source
from mailgrid.language.expressions import Match
from mailgrid.message.render import Renderer
from mailgrid.message.wordings import Wordings
from mailgrid.planning.carrier import Carrier, Quota
from mailgrid.planning.hours import Hours
from mailgrid.planning.plan import DomainRate
from mailgrid.planning.start import Start
from mailgrid.planning.suppression import SuppressionList
from mailgrid.value import value

__all__ = ["Bound"]


@value
class Bound:
    """The parts of a campaign with which nothing is wrong.

    `match` is its condition, None where everybody is meant; `variants` are those of its variants. `reaches_people` says
    whether its transport does.
    """

    source: Source
    renderer: Renderer | Wordings
    carriers: tuple[Carrier, ...]
    reaches_people: bool
    match: Match | None
    variants: Sequence[Match | None]
    start: Start | None
    hours: Hours | None
    suppressions: tuple[SuppressionList, ...]
    domains: tuple[DomainRate, ...]
    quota: Quota | None
