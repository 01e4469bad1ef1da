"""Loading: a campaign file with its imports, its project and the plugins that it may use."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from mailgrid.errors import AddressError, CampaignError, UsageError
from mailgrid.language.campaign import Campaign
from mailgrid.language.compiler import Compiled, compile_file
from mailgrid.language.kinds import Kinds
from mailgrid.language.project_transports import Tables
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.opening import open_ledgers
from mailgrid.library.settings import Settings
from mailgrid.library.token_key import named_key
from mailgrid.message.address import Address, parse
from mailgrid.planning.world import World
from mailgrid.plugins import load as load_plugins
from mailgrid.project import Project, find
from mailgrid.value import value

__all__ = ["Loaded", "compiled_in", "ledger_folder", "load", "world_of"]


#: What a subject begins with whose message goes to somebody else.
_REDIRECTED = "[to: {{ recipient.address }}]"


@value
class Loaded:
    """A campaign file that makes sense by itself, and the world that its campaigns will be bound to."""

    file: str
    compiled: Compiled
    world: World
    ledger: Ledgers

    def choose(self, names: Sequence[str] = (), *, every: bool = False) -> tuple[Campaign, ...]:
        """Return the campaigns that are meant; a file's only one needs no name.

        Raises:
            UsageError: it is not clear which, or there is none of that name.
        """
        campaigns = {campaign.name: campaign for campaign in self.compiled.campaigns}
        for name in names:
            if name not in campaigns:
                raise UsageError(
                    f"{self.file} has no campaign `{name}`", hint=f"it has: {', '.join(campaigns) or 'none'}"
                )
        if names:
            return tuple(campaigns[name] for name in dict.fromkeys(names))
        if len(campaigns) > 1 and not every:
            raise UsageError(
                f"{self.file} has {len(campaigns)} campaigns: {', '.join(campaigns)}",
                hint="name the one that you mean, or add --all",
            )
        if not campaigns:
            raise UsageError(f"{self.file} has no campaign", hint="write `campaign NAME { ... }`, or name another file")
        return tuple(campaigns.values())


def ledger_folder(project: Project, settings: Settings, environment: Mapping[str, str]) -> Ledgers:
    """Return where ledgers are: the caller's word, MAILGRID_LEDGER, `mailgrid.toml`, or `.mailgrid/` in the root.

    An environment that the caller names has its own, whatever MAILGRID_LEDGER says. Only the caller's word can be
    `none`: whoever forgets to whom it sent must not do so by a setting that somebody else made.
    """
    everywhere = "" if project.environment else environment.get("MAILGRID_LEDGER", "")
    keeps = settings.ledger != "none"
    where = (settings.ledger if keeps else "") or everywhere or project.ledger or ".mailgrid"
    return open_ledgers(where, project.root, keeps=keeps, environment=environment)


def load(path: str | Path, settings: Settings | None = None) -> Loaded:
    """Read a campaign file, with its imports, and the plugins that it may use.

    Raises:
        CampaignError: with every mistake in it.
        UsageError: `mailgrid.toml` or a plugin is wrong.
    """
    settings = settings or Settings()
    world = world_of(path, settings)
    compiled = compiled_in(world, path, settings)
    if compiled.diagnostics.errors:
        raise CampaignError(f"{path} has mistakes", tuple(compiled.diagnostics))
    return Loaded(str(path), compiled, world, ledger_folder(world.project, settings, world.environment))


def world_of(path: str | Path, settings: Settings) -> World:
    """Return what a campaign file's campaigns are bound to: its project, and the plugins that it may use.

    Raises:
        UsageError: `mailgrid.toml` or a plugin is wrong.
    """
    project = find(Path(path).parent, settings.env)
    project = replace(project, trust=(*project.trust, *settings.trust))
    registry = load_plugins((*project.plugins, *settings.plugins))
    environment = os.environ if settings.environment is None else settings.environment
    now = settings.now or datetime.now(UTC).replace(microsecond=0)
    redirect = _redirect(project)
    return World(
        registry,
        project,
        environment,
        now,
        mark=_REDIRECTED if redirect else "",
        redirect=redirect,
        token_key=partial(_token_key, project, settings, environment),
    )


def _token_key(project: Project, settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the secret key of `token`: the one that `mailgrid.toml` names, or the one that is kept by the ledgers.

    Raises:
        UsageError: the secret is not set, or its file cannot be read.
        LedgerError: the one that is kept cannot be read or made.
    """
    if not project.token_key:
        return ledger_folder(project, settings, environment).token_key()
    return named_key(project, environment)


def _redirect(project: Project) -> Address | None:
    """Return who gets every message in place of its recipient."""
    if not project.redirect:
        return None
    try:
        return parse(project.redirect)
    except AddressError as error:
        message = f"`redirect` of [env.{project.environment}] in {project.file} is no address: {error.message}"
        raise UsageError(message, hint=error.hint, code="MG620") from error


def compiled_in(
    world: World, path: str | Path, settings: Settings, unsaved: Mapping[Path, str] = MappingProxyType({})
) -> Compiled:
    """Compile a campaign file with the drivers and functions of its world; `unsaved` as in `compile_file`."""
    registry = world.registry
    kinds = Kinds(registry.sources, registry.transports, registry.functions, registry.observers)
    root = world.project.root
    return compile_file(
        Path(path),
        kinds,
        root=root,
        name=str(path),
        overrides=settings.variables,
        unsaved=unsaved,
        tables=_tables(world.project),
    )


def _tables(project: Project) -> Tables | None:
    """Return the transports that `mailgrid.toml` declares; messages call the file as the user would."""
    file, here = project.file, Path.cwd()
    if not file or not project.transports:
        return None
    name = file.relative_to(here) if file.is_relative_to(here) else file
    return Tables(file, str(name), project.transports, project.environment, project.own_transports)
