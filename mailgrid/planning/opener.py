"""Opener: opens the sources and transports that campaigns name, through the plugins that know how."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from mailgrid.errors import MailgridError, SourceError
from mailgrid.hookspecs import Context, ObserverKind, Problem, Source, SourceKind, Transport, TransportKind
from mailgrid.language.campaign import Driver
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.planning.options import Options
from mailgrid.planning.plan import NamedObserver
from mailgrid.plugins import Registry
from mailgrid.project import Project

__all__ = ["Opener"]


class Opener:
    """Opens for one campaign. What cannot be opened is a diagnostic at the place that names it.

    Args:
        registry: the plugins.
        project: the project.
        environment: the environment variables.
        now: the plan's moment.
        zone: the campaign's zone.
        report: takes what is wrong with a source's rows.
        diagnostics: takes what is wrong with the campaign.
    """

    def __init__(
        self,
        registry: Registry,
        project: Project,
        environment: Mapping[str, str],
        *,
        now: datetime,
        zone: tzinfo,
        report: Callable[[Problem], None],
        diagnostics: Diagnostics,
    ) -> None:
        self._registry = registry
        self._project = project
        self._options = Options(environment, project.resolve)
        self._now = now
        self._zone = zone
        self._report = report
        self._diagnostics = diagnostics
        self._sources: list[Source] = []

    def source(self, driver: Driver) -> Source | None:
        """Open a source."""
        opening = self._opening(driver, self._registry.sources[driver.driver])
        if opening is None:
            return None
        try:
            source = self._registry.open_source(driver.driver, *opening)
        except MailgridError as error:
            self._cannot_open(driver, error)
            return None
        self._sources.append(source)
        return source

    def close(self) -> None:
        """Close all sources that were opened, where nothing comes of them."""
        for source in self._sources:
            source.close()

    def transport(self, driver: Driver) -> Transport | None:
        """Make a transport."""
        opening = self._opening(driver, self._registry.transports[driver.driver])
        if opening is None:
            return None
        try:
            return self._registry.open_transport(driver.driver, *opening)
        except MailgridError as error:
            self._cannot_open(driver, error)
            return None

    def observer(self, driver: Driver) -> NamedObserver | None:
        """Make an observer."""
        opening = self._opening(driver, self._registry.observers[driver.driver])
        if opening is None:
            return None
        try:
            return NamedObserver(driver.driver, self._registry.open_observer(driver.driver, *opening))
        except MailgridError as error:
            self._cannot_open(driver, error)
            return None

    def _opening(
        self, driver: Driver, kind: SourceKind | TransportKind | ObserverKind
    ) -> tuple[str | None, dict[str, Any], Context] | None:
        """Return what a kind is opened with; None where something is missing."""
        before = self._diagnostics.errors
        self._check_trust(driver, kind)
        options = self._options.complete(driver, kind.options, self._diagnostics)
        location = self._options.location(driver, self._diagnostics)
        if self._diagnostics.errors > before:
            return None
        context = Context(
            folder=driver.folder,
            root=self._project.root,
            now=self._now,
            zone=self._zone,
            resolve=partial(self._project.resolve, driver.folder),
            report=self._report,
            allow_hosts=self._project.allow_hosts,
        )
        return location, options, context

    def _check_trust(self, driver: Driver, kind: SourceKind | TransportKind | ObserverKind) -> None:
        """Refuse what reaches outside, unless the project trusts its files with it."""
        reaching = {kind.name: driver.driver_span} if kind.trust else {}
        written = (option.name for option in kind.options if option.trust and option.name in driver.options)
        reaching.update({name: driver.options[name].span for name in written})
        for name, span in reaching.items():
            if name not in self._project.trust:
                self._diagnostics.add("MG624", span, found=name)

    def _cannot_open(self, driver: Driver, error: MailgridError) -> None:
        span = driver.location.span if driver.location else driver.driver_span
        reason = error.placed if isinstance(error, SourceError) else error.message
        self._diagnostics.add("MG403", span, hint=error.hint, reason=reason)
