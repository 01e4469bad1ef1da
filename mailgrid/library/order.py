"""Order: what `apply` is told to carry out, campaigns of a file or a saved plan."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mailgrid.errors import Refused, UsageError
from mailgrid.language.campaign import Campaign
from mailgrid.library.loading import Loaded, load
from mailgrid.library.planned import Planned
from mailgrid.library.settings import Settings
from mailgrid.library.stale import check_bound, check_files
from mailgrid.library.use import Use, used, uses
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning import plan_file
from mailgrid.planning.saved_plan import SavedPlan
from mailgrid.value import value

__all__ = ["Order", "order"]


@value
class Order:
    """Campaigns to be sent; `saved` is the plan that says to whom at most, None where there is none."""

    loaded: Loaded
    campaigns: tuple[Campaign, ...]
    saved: SavedPlan | None = None

    def use(self, campaign: Campaign) -> Use | None:
        """Return what the saved plan says about a campaign."""
        if self.saved is None:
            return None
        return next(Use(self.saved, each) for each in self.saved.campaigns if each.name == campaign.name)

    def check(self, forecasts: Sequence[Forecast], *, strict: bool) -> None:
        """Make sure, once all is gathered, that this is still what the saved plan says.

        Args:
            forecasts: what gathering found.
            strict: whether people may neither have come nor gone since.

        Raises:
            Refused: MG621, a file has changed; MG623, people have.
            UsageError: `strict` without a plan.
        """
        if self.saved is not None:
            check_bound(self.saved, self.loaded, [forecast.plan for forecast in forecasts])
        if not strict:
            return
        if self.saved is None:
            raise UsageError("--strict is for saved plans", hint="leave it out, or apply a saved plan")
        came = 0 if self.saved.take else sum(forecast.tally.unplanned for forecast in forecasts)
        gone = sum(forecast.tally.gone for forecast in forecasts)
        if came or gone:
            raise Refused(
                f"other people match than when plan {self.saved.id} was made: {came:,} came, {gone:,} are gone",
                hint="without --strict those who came are left out; or make a new plan",
                code="MG623",
            )


def order(
    what: str | Path | Planned, names: Sequence[str] = (), *, every: bool = False, settings: Settings | None = None
) -> Order:
    """Read what is to be carried out.

    Args:
        what: a campaign file, a saved plan's file, or a plan that was just made.
        names: campaigns; none for a file's only one, or for all of a plan.
        every: all campaigns of the file.
        settings: what is set from outside; a plan keeps its own moment and variables.

    Raises:
        Refused: MG604, the plan is finished; MG621, a file that it was made of has changed.
        MailgridError: something cannot be read or makes no sense.
    """
    settings = settings or Settings()
    if isinstance(what, Planned):
        return _saved(what.saved, names, settings)
    if Path(what).suffix == plan_file.SUFFIX:
        return _saved(plan_file.read(Path(what)), names, settings)
    loaded = load(what, settings)
    return Order(loaded, loaded.choose(names, every=every))


def _saved(saved: SavedPlan, names: Sequence[str], settings: Settings) -> Order:
    if settings.variables or settings.now:
        raise UsageError("a saved plan keeps its own moment and variables", hint="leave out --var and --now")
    if settings.env not in {"", saved.env}:
        made = f"for --env {saved.env}" if saved.env else "without --env"
        raise UsageError(f"plan {saved.id} was made {made}", hint="leave --env out: a saved plan keeps its own")
    unknown = [name for name in names if name not in {each.name for each in saved.campaigns}]
    if unknown:
        known = ", ".join(each.name for each in saved.campaigns)
        raise UsageError(f"plan {saved.id} has no campaign `{unknown[0]}`", hint=f"it has: {known}")
    check_files(saved)
    plugins = tuple(dict.fromkeys((*saved.plugins, *settings.plugins)))
    own = replace(settings, variables=saved.variables, now=saved.now, plugins=plugins, env=saved.env)
    loaded = load(_shown(saved.file), own)
    return Order(loaded, loaded.choose(_left(saved, names, loaded)), saved)


def _left(saved: SavedPlan, names: Sequence[str], loaded: Loaded) -> list[str]:
    """Return the campaigns that are not finished yet."""
    known = uses(saved, loaded.ledger)
    wanted = {name: known[name] for name in names or known}
    left = [name for name, use in wanted.items() if use is None or use.finished is None]
    if not left:
        raise used(max(filter(None, wanted.values()), key=lambda use: use.finished or 0.0))
    return left


def _shown(file: Path) -> Path:
    """Return a path as people would write it here."""
    file = file.resolve()
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
