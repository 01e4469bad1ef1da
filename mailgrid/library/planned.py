"""Planned: what `plan` gives: a forecast for each campaign, and the plan that can be saved and applied later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from hashlib import blake2b, sha256
from pathlib import Path
from typing import overload

from mailgrid import __version__
from mailgrid.errors import UsageError
from mailgrid.language.campaign import Reference
from mailgrid.library.loading import Loaded, load
from mailgrid.library.prepared import Prepared
from mailgrid.library.settings import Settings
from mailgrid.library.stale import digests
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning import plan_file
from mailgrid.planning.allowlist import AllowList
from mailgrid.planning.saved_plan import COUNTS, SavedCampaign, SavedPlan

__all__ = ["Planned", "check_name", "saved_plan"]

_SALT_BYTES = 16


class Planned(Sequence[Forecast]):
    """The forecasts of a plan, one a campaign, in the order of the file.

    Args:
        forecasts: what would happen.
        saved: the plan, as it can be saved.
    """

    def __init__(self, forecasts: Sequence[Forecast], saved: SavedPlan) -> None:
        self._forecasts = tuple(forecasts)
        self.saved = saved

    def __len__(self) -> int:
        return len(self._forecasts)

    @overload
    def __getitem__(self, index: int) -> Forecast: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Forecast]: ...

    def __getitem__(self, index: int | slice) -> Forecast | Sequence[Forecast]:
        return self._forecasts[index]

    def save(self, path: str | Path) -> None:
        """Write the plan to `path`, which ends in `.plan`, and who is in it to a file beside it.

        Raises:
            UsageError: the path ends otherwise.
            MailgridError: MG622, it cannot be written.
        """
        check_name(Path(path))
        plan_file.write(Path(path), self.saved)


def check_name(path: Path) -> None:
    """Refuse a name by which a saved plan could not be told from a campaign file.

    Raises:
        UsageError: it has another ending.
    """
    if path.suffix != plan_file.SUFFIX:
        raise UsageError(
            f"{path}: a saved plan's name ends in `{plan_file.SUFFIX}`", hint=f"call it {path.with_suffix('.plan')}"
        )


def saved_plan(
    loaded: Loaded, prepared: Sequence[Prepared], settings: Settings, *, take: int | None = None
) -> SavedPlan:
    """Make the plan that can be saved, while what it is made of is still at hand.

    Args:
        loaded: the campaign file.
        prepared: its campaigns, gathered.
        settings: what was set from outside.
        take: at most so many people of each campaign were taken.

    Raises:
        UsageError: a variable replaces a secret.
    """
    _refuse_secrets(loaded, settings)
    files = digests(loaded, [one.plan for one in prepared])
    now = loaded.world.now.astimezone(UTC)
    salt = _salt(now.isoformat(), *sorted(f"{name} {digest}" for name, digest in files.items()))
    campaigns = tuple(_campaign(one, salt) for one in prepared)
    return SavedPlan(
        file=Path(loaded.file),
        version=__version__,
        now=now,
        salt=salt,
        digest=sha256(b"".join(each.people.to_bytes() for each in campaigns)).hexdigest(),
        files=files,
        campaigns=campaigns,
        variables=dict(settings.variables),
        plugins=tuple(settings.plugins),
        env=settings.env,
        take=take,
    )


def _campaign(prepared: Prepared, salt: bytes) -> SavedCampaign:
    plan = prepared.plan
    counted = prepared.forecast().as_json() | {"skipped": prepared.tally.skipped.total()}
    return SavedCampaign(
        name=plan.name,
        edition=plan.edition,
        key=plan.key or "address",
        source=plan.source_title,
        transport=plan.transport_title,
        rehearsal=not plan.reaches_people,
        counts={name: int(str(counted[name])) for name in COUNTS},
        people=AllowList.of_keys(salt, prepared.audience.keys()),
    )


def _salt(*parts: str) -> bytes:
    """Make a salt that no other plan has, and that the same plan has again: not chance, for files to be compared."""
    return blake2b("\0".join(parts).encode(), digest_size=_SALT_BYTES, person=b"mailgrid plan").digest()


def _refuse_secrets(loaded: Loaded, settings: Settings) -> None:
    """A variable's value is kept in the plan, which everybody may read."""
    if not settings.variables:
        return
    written = load(loaded.file, replace(settings, variables={})).compiled.campaigns
    for name in settings.variables:
        lets = [campaign.lets.get(name) for campaign in written]
        if any(isinstance(value, Reference) and value.kind == "secret" for value in lets):
            raise UsageError(
                f"`--var {name}=...` replaces a secret, and a saved plan keeps no secrets",
                hint="set the environment variable that the file names instead",
            )
