"""Binding: makes a Plan of a Campaign. It opens the source and reads its header; nobody is connected to."""

from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property

from mailgrid.errors import CampaignError
from mailgrid.hookspecs import Recipient, Skip, Source
from mailgrid.language.ast import Expr
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions import Match, check_header
from mailgrid.message.dkim import Signature
from mailgrid.message.render import Renderer
from mailgrid.message.wordings import Wordings
from mailgrid.planning import limits
from mailgrid.planning.bound import Bound
from mailgrid.planning.carrier import Carrier, Quota
from mailgrid.planning.carriers import carriers, known_rate
from mailgrid.planning.condition import address_column, joined, unknown_column, wanted_columns
from mailgrid.planning.edition import edition_of
from mailgrid.planning.enclosing import check_shown
from mailgrid.planning.files import Files, place
from mailgrid.planning.lets import Value, lets_of, variables_of
from mailgrid.planning.letters import Letters
from mailgrid.planning.matching import Matching
from mailgrid.planning.opener import Opener
from mailgrid.planning.plan import Plan, Problems
from mailgrid.planning.signing import signatures
from mailgrid.planning.start import check_start, hours_of, start_of
from mailgrid.planning.suppression import SuppressionList, lists_of, title_of
from mailgrid.planning.surroundings import Surroundings
from mailgrid.planning.variants import split_of, wordings
from mailgrid.planning.world import World
from mailgrid.planning.zone import zone_of

__all__ = ["World", "bind"]


def bind(campaign: Campaign, world: World, *, all_columns: bool = False, gathered: Source | None = None) -> Plan:
    """Bind a campaign to the world.

    Args:
        campaign: checked.
        world: plugins, project, environment and time.
        all_columns: keep every column of a row, not only those that the templates need.
        gathered: stands for the source where another host has read it: who is meant is known then.

    Raises:
        CampaignError: with every mistake that was found.
    """
    binding = _Binding(campaign, world, gathered)
    try:
        plan = binding.plan(binding.bound(), all_columns=all_columns)
    except _Stop:
        plan = None
    if plan is None or binding.diagnostics.errors:
        binding.opener.close()
        raise CampaignError(f"`{campaign.name}` does not fit the world around it", tuple(binding.diagnostics))
    return plan


class _Stop(Exception):
    """Nothing more can be found out; the diagnostics say why."""


class _Binding:
    """One campaign while it is bound. Each step notes what is wrong and goes on as long as that makes sense."""

    def __init__(self, campaign: Campaign, world: World, gathered: Source | None) -> None:
        self._campaign = campaign
        self._world = world
        self._gathered = gathered
        self._problems = Problems()
        self._files = Files(world.project.resolve)
        self.diagnostics = Diagnostics()
        self.opener = Opener(
            world.registry,
            world.project,
            world.environment,
            now=world.now,
            zone=self._zone,
            report=self._problems,
            diagnostics=self.diagnostics,
        )
        self.source: Source | None = None

    def bound(self) -> Bound:
        """Go through all that a campaign is made of; raises `_Stop` where nothing more can be found out."""
        campaign = self._campaign
        transports = self._carriers()
        source = self.source = self._source()
        renderer = self._renderer()
        is_known = self._gathered is not None
        match = None if is_known else self._match(joined(campaign))
        variants = [] if is_known else [self._match(variant.where) for variant in campaign.variants]
        self._check_key()
        start, hours = start_of(campaign, self._zone), hours_of(campaign, self._zone)
        check_start(campaign, start, hours, self.diagnostics)
        suppressions = self._suppressions()
        domains = limits.domain_rates(campaign, self.diagnostics)
        quota = self._quota()
        if renderer is None or not transports or campaign.transport is None or self.diagnostics.errors:
            raise _Stop
        reaches = self._world.registry.transports[campaign.transport.driver].reaches_people
        return Bound(source, renderer, transports, reaches, match, variants, start, hours, suppressions, domains, quota)

    def plan(self, bound: Bound, *, all_columns: bool) -> Plan:
        """Put together what was found."""
        campaign, world, match, select = self._campaign, self._world, bound.match, self._select()
        kept = self._columns if all_columns or select else bound.renderer.needed(self._columns)
        wanted = wanted_columns(self._columns, [*kept, *filter(None, [self._key])], [match, *bound.variants])
        return Plan(
            name=campaign.name,
            edition=self._edition,
            title=campaign.title,
            file=campaign.span.text.name,
            path=place(campaign.path, world.project.root),
            root=world.project.root,
            now=world.now,
            zone=self._zone,
            source=bound.source,
            source_title=self._source_title,
            columns=self._columns,
            wanted=wanted,
            kept=tuple(kept),
            key=self._key,
            match=match,
            test=match.bind(wanted) if match else None,
            renderer=bound.renderer,
            carriers=bound.carriers,
            reaches_people=bound.reaches_people and world.redirect is None,
            redirect=world.redirect.wire if world.redirect and bound.reaches_people else "",
            rate=float(campaign.rate.per_second) if campaign.rate else None,
            rate_title=limits.rate_title(campaign) or known_rate(bound.carriers),
            burst=limits.burst(campaign),
            quota=bound.quota,
            domains=bound.domains,
            workers=campaign.workers,
            cost=1 if world.redirect else limits.cost(campaign),
            retry=limits.retry_rule(campaign),
            stop=limits.stop_rule(campaign),
            take=campaign.take,
            observers=tuple(filter(None, map(self.opener.observer, campaign.observers))),
            start=bound.start,
            hours=bound.hours,
            former=tuple(dict.fromkeys(former.value for former in campaign.formerly)),
            sample=campaign.sample.fraction if campaign.sample else 1.0,
            on_doubt=campaign.on_doubt,
            split=split_of(campaign, bound.variants, wanted) if self._gathered is None else None,
            suppressions=bound.suppressions,
            select=select,
            problems=self._problems,
            warnings=tuple(self.diagnostics),
            files=bound.renderer.files | self._files.found,
        )

    def _suppressions(self) -> tuple[SuppressionList, ...]:
        if self._gathered is not None:
            return ()
        return lists_of(self._campaign, self.opener.source, self._match, self._problems, self.diagnostics)

    def _source(self) -> Source:
        if self._gathered is not None:
            return self._gathered
        source = self.opener.source(self._campaign.source)
        if source is None:
            raise _Stop
        driver = self._campaign.source
        span = driver.location.span if driver.location else driver.driver_span
        self.diagnostics.extend(check_header(source.columns, self._source_title, span))
        return source

    def _carriers(self) -> tuple[Carrier, ...]:
        if self._campaign.transport is None:
            self.diagnostics.add("MG616", self._campaign.span, found=self._campaign.name)
        kinds = self._world.registry.transports
        return carriers(self._campaign, self.opener.transport, kinds, self.diagnostics)

    def _quota(self) -> Quota | None:
        quota = limits.own_quota(self._campaign)
        if quota:
            limits.check_quota(quota, self._campaign.places["quota"][0], self._campaign, self.diagnostics)
        return quota

    def _named_source(self, name: str) -> Source | None:
        driver = self._campaign.sources.get(name)
        return self.opener.source(driver) if driver else None

    @property
    def _source_title(self) -> str:
        return title_of(self._campaign.source)

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        assert self.source is not None
        return tuple(column.name for column in self.source.columns)

    @cached_property
    def _zone(self) -> tzinfo:
        return zone_of(self._campaign, self._world.project)

    @cached_property
    def _lets(self) -> dict[str, Value]:
        return lets_of(self._campaign, self._world.environment, self.diagnostics)

    @cached_property
    def _variables(self) -> dict[str, object]:
        return variables_of(self._lets)

    @cached_property
    def _functions(self) -> dict[str, Callable[..., object]]:
        registry = self._world.registry
        return {name: registry.function(name) for name in registry.functions}

    @cached_property
    def _edition(self) -> str:
        today = self._world.now.astimezone(self._zone).date()
        return edition_of(self._campaign, self._variables, today, self.diagnostics)

    @property
    def _key(self) -> str | None:
        """The column of `key`; None where that is the address anyway, which is compared in a form of its own."""
        key = self._campaign.key
        if key is None or (self._campaign.to is None and key.value == address_column(self._columns)):
            return None
        return key.value

    def _check_key(self) -> None:
        key = self._campaign.key
        if key and key.value not in self._columns:
            unknown_column(key, self._columns, self._source_title, self.diagnostics)

    def _match(self, condition: Expr | None, source: Source | None = None, title: str = "") -> Match | None:
        """Compile a condition over a source, the campaign's own if none is given."""
        source = source or self.source
        if condition is None or source is None:
            return None
        return self._matching(condition, source, title or self._source_title)

    @cached_property
    def _matching(self) -> Matching:
        return Matching(
            self._campaign,
            self._world,
            zone=self._zone,
            lets=self._lets,
            functions=self._functions,
            files=self._files,
            open_named=self._named_source,
            diagnostics=self.diagnostics,
        )

    def _renderer(self) -> Renderer | Wordings | None:
        """Compile the messages: of a campaign with variants each variant's."""
        campaigns = wordings(self._campaign)
        found = {name: self._wording(campaign) for name, campaign in campaigns.items()}
        known = {name: renderer for name, renderer in found.items() if renderer}
        if len(known) < len(found):
            return None
        shown = frozenset[str]().union(*(renderer.shown for renderer in known.values()))
        check_shown(campaigns.values(), shown, self.diagnostics)
        return Wordings(known) if self._campaign.variants else known[""]

    def _wording(self, campaign: Campaign) -> Renderer | None:
        letters = Letters(campaign, self._files, self.diagnostics, self._match, self._signatures)
        letters.check_test()
        renderer = letters.renderer(self._surroundings)
        if renderer:
            letters.remarks(renderer, self._columns, self._source_title)
        if renderer and not self._world.registry.implements("recipient_selected"):
            letters.unknown_columns(renderer, self._columns, self._source_title)
        return renderer

    @cached_property
    def _surroundings(self) -> Surroundings:
        world, column = self._world, address_column(self._columns)
        if column is None and self._campaign.to is None:
            self.diagnostics.add("MG504", self._campaign.source.span, source=self._source_title)
            raise _Stop
        return Surroundings(
            address_column=column,
            edition=self._edition,
            variables=self._variables,
            functions=self._functions,
            now=world.now.astimezone(self._zone),
            mark=world.mark,
            redirect=world.redirect,
            token_key=world.token_key,
        )

    @cached_property
    def _signatures(self) -> tuple[Signature, ...]:
        return signatures(self._campaign, self._world.project.resolve, self._world.environment, self.diagnostics)

    def _select(self) -> Callable[[Recipient], Recipient | Skip] | None:
        registry = self._world.registry
        return registry.select if registry.implements("recipient_selected") else None
