"""Checking: everything that is wrong with a campaign file, with its sources' headers and its templates."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from mailgrid.errors import CampaignError, MailgridError
from mailgrid.language.campaign import Campaign
from mailgrid.language.compiler import Compiled
from mailgrid.language.diagnostics import Diagnostic, Diagnostics
from mailgrid.language.edits import harmless
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.library.former import Former
from mailgrid.library.loading import compiled_in, ledger_folder, world_of
from mailgrid.library.settings import Settings
from mailgrid.library.token_key import missing_key
from mailgrid.planning.binding import World, bind
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["Checked", "check", "check_data"]


@value
class Checked:
    """What was found in a file, and the root of the project that it belongs to."""

    file: Path
    root: Path
    diagnostics: tuple[Diagnostic, ...]


def check(file: Path, settings: Settings, unsaved: Mapping[Path, str] = MappingProxyType({})) -> Checked:
    """Check a campaign file. Of its sources only the headers are read; nobody is connected to.

    Args:
        file: the file.
        settings: what is set from outside it.
        unsaved: texts that are read in place of files, by their resolved paths.

    Raises:
        UsageError: `mailgrid.toml` or a plugin is wrong.
    """
    world = world_of(file, settings)
    compiled = compiled_in(world, file, settings, unsaved)
    return Checked(file, world.project.root, check_data(compiled, world, settings))


def check_data(
    compiled: Compiled, world: World, settings: Settings, is_wanted: Callable[[], bool] = lambda: True
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a file that was compiled, in its sources' headers and its templates too.

    `is_wanted` is asked before each campaign; where it says no, the rest is left out.
    """
    ledger = ledger_folder(world.project, settings, world.environment)
    found = Diagnostics()
    found.extend(compiled.diagnostics)
    for campaign in compiled.campaigns:
        if not is_wanted():
            break
        try:
            plan = bind(campaign, world)
            _take(found, plan.warnings)
            _take(found, missing_key(plan, world))
            _take(found, _renamed(campaign, [each.name for each in compiled.campaigns], plan, ledger))
            plan.close()
        except CampaignError as error:
            _take(found, error.diagnostics)
    return tuple(harmless(found))


def _renamed(campaign: Campaign, names: Iterable[str], plan: Plan, ledger: Ledgers) -> list[Diagnostic]:
    """Warn of a name that was changed; a ledger that cannot be read is none of the file's mistakes."""
    try:
        found = Former(ledger, plan).left(campaign, names)
    except MailgridError:
        return []
    return [found] if found else []


def _take(found: Diagnostics, more: Iterable[object]) -> None:
    """Add a campaign's diagnostics; what two campaigns share is said once."""
    for each in more:
        if isinstance(each, Diagnostic):
            found.keep(each)
