"""Binding: makes a Plan of a Campaign. It opens the source and reads its header; nobody is connected to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailgrid.errors import CampaignError, MailgridError, SourceError, TemplateError
from mailgrid.hookspecs import Context, Recipient, Skip, Source, SourceKind, Transport, TransportKind
from mailgrid.language.ast import Literal
from mailgrid.language.campaign import Campaign, Driver, Reference
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions import Match, Scope, check_header, compile_where
from mailgrid.message.render import Renderer
from mailgrid.message.template import compile_text
from mailgrid.planning import limits
from mailgrid.planning.condition import address_column, joined, keys_of, read_lines
from mailgrid.planning.letters import Letters
from mailgrid.planning.options import Options, look_up
from mailgrid.planning.plan import Plan, Problems
from mailgrid.plugins import Registry
from mailgrid.project import Project

__all__ = ["World", "bind"]


@dataclass(frozen=True, slots=True)
class World:
    """What campaigns are bound to.

    Args:
        registry: the plugins.
        project: the project's root and settings.
        environment: the process's environment variables.
        now: the moment that plans are made for, aware; `today()` and `now` everywhere.
    """

    registry: Registry
    project: Project
    environment: Mapping[str, str]
    now: datetime


def bind(campaign: Campaign, world: World, *, all_columns: bool = False) -> Plan:
    """Bind a campaign to the world.

    Args:
        campaign: checked.
        world: plugins, project, environment and time.
        all_columns: keep every column of a row, not only those that the templates need.

    Raises:
        CampaignError: with every mistake that was found.
    """
    binding = _Binding(campaign, world)
    try:
        plan = binding.plan(all_columns=all_columns)
    except _Stop:
        plan = None
    if plan is None or binding.diagnostics.errors:
        if binding.source:
            binding.source.close()
        raise CampaignError(f"`{campaign.name}` does not fit the world around it", tuple(binding.diagnostics))
    return plan


class _Stop(Exception):
    """Nothing more can be found out; the diagnostics say why."""


class _Binding:
    """One campaign while it is bound. Each step notes what is wrong and goes on as long as that makes sense."""

    def __init__(self, campaign: Campaign, world: World) -> None:
        self._campaign = campaign
        self._world = world
        self._options = Options(world.environment, world.project.resolve)
        self._problems = Problems()
        self.diagnostics = Diagnostics()
        self.source: Source | None = None

    def plan(self, *, all_columns: bool) -> Plan:
        """Bind everything; raises `_Stop` where nothing more can be found out."""
        campaign = self._campaign
        transport = self._transport()
        source = self.source = self._source()
        letters = Letters(campaign, self._world.project.resolve, self.diagnostics)
        renderer = self._renderer(letters)
        match = self._match(source)
        if campaign.key:
            self._check_column(campaign.key.value)
        if renderer is None or transport is None or self.diagnostics.errors:
            raise _Stop
        select = self._select()
        kept = self._columns if all_columns or select else renderer.needed(self._columns)
        wanted = self._wanted(kept, match)
        return Plan(
            name=campaign.name,
            edition=self._edition,
            title=campaign.title,
            file=campaign.span.text.name,
            path=self._relative(campaign.path),
            root=self._world.project.root,
            now=self._world.now,
            zone=self._zone,
            source=source,
            source_title=self._source_title,
            columns=self._columns,
            wanted=wanted,
            kept=tuple(kept),
            key=campaign.key and campaign.key.value,
            match=match,
            test=match and match.bind(wanted),
            renderer=renderer,
            transport=transport,
            reaches_people=self._transport_kind.reaches_people,
            rate=float(campaign.rate.per_second) if campaign.rate else None,
            rate_title=limits.rate_title(campaign),
            burst=limits.burst(campaign),
            workers=campaign.workers,
            cost=limits.cost(campaign),
            retry=limits.retry_rule(campaign),
            stop=limits.stop_rule(campaign),
            take=campaign.take,
            select=select,
            problems=self._problems,
        )

    # ---- the ends ----

    def _source(self) -> Source:
        driver = self._campaign.source
        kind = self._world.registry.sources[driver.driver]
        source = self._opened(driver, kind, self._world.registry.open_source)
        if source is None:
            raise _Stop
        self.diagnostics.extend(check_header(source.columns, self._source_title))
        return source

    def _open_named(self, name: str) -> Source | None:
        driver = self._campaign.sources.get(name)
        if driver is None:
            return None
        kind = self._world.registry.sources[driver.driver]
        return self._opened(driver, kind, self._world.registry.open_source)

    def _transport(self) -> Transport | None:
        driver = self._campaign.transport
        if driver is None:
            self.diagnostics.add("MG616", self._campaign.span, found=self._campaign.name)
            return None
        return self._opened(driver, self._transport_kind, self._world.registry.open_transport)

    @cached_property
    def _transport_kind(self) -> TransportKind:
        assert self._campaign.transport is not None
        return self._world.registry.transports[self._campaign.transport.driver]

    def _opened(self, driver: Driver, kind: SourceKind | TransportKind, opener: Callable[..., Any]) -> Any:  # noqa: ANN401
        """Open a source or a transport; what is wrong with it is said at the driver's place."""
        before = self.diagnostics.errors
        options = self._options.complete(driver, kind.options, self.diagnostics)
        location = self._options.location(driver, self.diagnostics)
        if self.diagnostics.errors > before:
            return None
        context = Context(
            folder=driver.folder,
            root=self._world.project.root,
            now=self._world.now,
            zone=self._zone,
            resolve=partial(self._world.project.resolve, driver.folder),
            report=self._problems,
        )
        try:
            return opener(driver.driver, location, options, context)
        except MailgridError as error:
            span = driver.location.span if driver.location else driver.driver_span
            place = f"{error.file}:{error.line}: " if isinstance(error, SourceError) and error.line else ""
            self.diagnostics.add("MG403", span, hint=error.hint, reason=place + error.message)
            return None

    @property
    def _source_title(self) -> str:
        driver = self._campaign.source
        location = driver.location
        return str(location.value) if location and not isinstance(location, Reference) else driver.name or driver.driver

    # ---- names ----

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        assert self.source is not None
        return tuple(column.name for column in self.source.columns)

    @cached_property
    def _zone(self) -> tzinfo:
        zone = self._campaign.zone
        return ZoneInfo(zone.value if zone else self._world.project.zone or "UTC")

    @cached_property
    def _lets(self) -> Mapping[str, Literal | tuple[Literal, ...] | str]:
        """The values of `let`, outside references looked up; one that is not set counts as empty and is reported."""
        return {
            name: look_up(value, self._world.environment, self.diagnostics) or ""
            if isinstance(value, Reference)
            else value
            for name, value in self._campaign.lets.items()
        }

    @cached_property
    def _variables(self) -> dict[str, object]:
        """What templates see of `let` as `vars`."""
        return {name: _plain(value) for name, value in self._lets.items()}

    @cached_property
    def _functions(self) -> dict[str, Callable[..., object]]:
        registry = self._world.registry
        return {name: registry.function(name) for name in registry.functions}

    @cached_property
    def _edition(self) -> str:
        quoted = self._campaign.edition
        if quoted is None:
            return ""
        today = self._world.now.astimezone(self._zone).date()
        try:
            template = compile_text(quoted.value, "edition", html=False)
            return template.render({"vars": self._variables, "today": lambda: today}).strip()
        except TemplateError as error:
            self.diagnostics.add("MG503", quoted.span, hint=error.hint, reason=error.message)
            return ""

    def _check_column(self, name: str) -> None:
        """A `key` must be a column."""
        key = self._campaign.key
        if name not in self._columns and key:
            from mailgrid.language.suggest import nearest

            near = nearest(name, self._columns)
            suggestion = f"did you mean `{near}`?" if near else f"columns: {', '.join(self._columns[:20])}"
            self.diagnostics.add("MG301", key.span, source=self._source_title, found=name, suggestion=suggestion)

    # ---- condition and messages ----

    def _match(self, source: Source) -> Match | None:
        campaign = self._campaign
        condition = joined(campaign)
        if condition is None:
            return None
        scope = Scope(
            columns=source.columns,
            complete=source.complete,
            source=self._source_title,
            now=self._world.now,
            zone=self._zone,
            lets=self._lets,
            segments=campaign.segments,
            functions=self._functions,
            dates=getattr(source, "dates", ""),
            decimal=getattr(source, "decimal", "."),
            keys_of=keys_of(self._open_named),
            read_lines=read_lines(self._world.project.resolve, campaign.folder),
            environment=self._world.environment,
        )
        compiled = compile_where(condition, scope)
        self.diagnostics.extend(compiled.diagnostics)
        return compiled.match

    def _renderer(self, letters: Letters) -> Renderer | None:
        column = address_column(self._columns)
        if column is None and self._campaign.to is None:
            self.diagnostics.add("MG504", self._campaign.source.span, source=self._source_title)
            raise _Stop
        renderer = letters.renderer(
            address_column=column,
            edition=self._edition,
            lets=self._variables,
            functions=self._functions,
            now=self._world.now.astimezone(self._zone),
        )
        if renderer and not self._world.registry.implements("recipient_selected"):
            letters.unknown_columns(renderer, self._columns, self._source_title)
        return renderer

    def _wanted(self, kept: tuple[str, ...], match: Match | None) -> tuple[str, ...]:
        """The columns to read, in the source's order."""
        names = {*kept, *(match.needed if match else ())}
        if self._campaign.key:
            names.add(self._campaign.key.value)
        return tuple(name for name in self._columns if name in names)

    def _select(self) -> Callable[[Recipient], Recipient | Skip] | None:
        registry = self._world.registry
        if not registry.implements("recipient_selected"):
            return None

        def select(recipient: Recipient) -> Recipient | Skip:
            for answer in registry.hooks.recipient_selected(recipient=recipient):
                if isinstance(answer, Skip):
                    return answer
                recipient = answer
            return recipient

        return select

    def _relative(self, path: Path | None) -> str:
        """The campaign file's place in the project, the same on every machine."""
        if path is None:
            return ""
        path, root = path.resolve(), self._world.project.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _plain(value: Literal | tuple[Literal, ...] | str) -> object:
    if isinstance(value, tuple):
        return [literal.value for literal in value]
    return value.value if isinstance(value, Literal) else value
