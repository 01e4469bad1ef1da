"""Reading: a campaign as its files are now: bound, and gathered whom it is for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mailgrid.errors import MailgridError
from mailgrid.language.campaign import Campaign
from mailgrid.language.frame import frame
from mailgrid.language.written import Quoted
from mailgrid.library.loading import Loaded, load
from mailgrid.library.prepared import Prepared
from mailgrid.library.preparing import prepare
from mailgrid.library.settings import Settings
from mailgrid.planning.binding import bind
from mailgrid.value import value

__all__ = ["Reader", "Reading"]

#: What the warnings about messages begin with; the others are about the campaign and whom it is for.
_OF_MESSAGES = "W5"


@value
class Reading:
    """A campaign as it was read."""

    loaded: Loaded
    campaign: Campaign
    prepared: Prepared

    @property
    def files(self) -> frozenset[Path]:
        """Every file whose change may change a message."""
        texts = (text.path for text in self.loaded.compiled.texts)
        others = (*texts, self.loaded.world.project.file, *self._places(self.campaign.source.location))
        return self.prepared.plan.files.union(path for path in others if path is not None)

    @property
    def templates(self) -> frozenset[Path]:
        """Those of them that say what is written, and not to whom."""
        campaigns = (self.campaign, *(variant.campaign for variant in self.campaign.variants))
        named = (place for each in campaigns for place in self._places(each.template, each.template_text))
        return self.prepared.plan.renderer.files.union(named)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What there is to say about the campaign, as on a terminal."""
        found = (*self.loaded.compiled.diagnostics, *self.prepared.plan.warnings)
        return tuple(dict.fromkeys(frame(each) for each in found))

    def _places(self, *written: object) -> Iterator[Path]:
        """Yield where files are that are written in the campaign, where they can be."""
        for each in written:
            if isinstance(each, Quoted):
                try:
                    yield self.loaded.world.project.resolve(each.folder, each.value)
                except MailgridError:
                    continue


class Reader:
    """Reads a campaign, and again no more of it than may have changed.

    Args:
        file: its file.
        settings: what is set from outside it.
        name: which of the file's campaigns; None for the only one.
    """

    def __init__(self, file: str | Path, settings: Settings, name: str | None = None) -> None:
        self._file = file
        self._settings = settings
        self._name = name

    def __call__(self, loaded: Loaded | None = None) -> Reading:
        """Read it.

        Args:
            loaded: the file, where it was loaded already.

        Raises:
            MailgridError: whatever stands in the way.
        """
        loaded = loaded or load(self._file, self._settings)
        campaign = self._chosen(loaded)
        return Reading(loaded, campaign, prepare(loaded, campaign, sending=False, settling=False))

    def again(self, before: Reading, changed: frozenset[Path]) -> Reading:
        """Read it after some files have changed; whom it is for is gathered only where that may be others now.

        Raises:
            MailgridError: whatever stands in the way; what was read before stays as it is.
        """
        loaded = load(self._file, self._settings)
        campaign = self._chosen(loaded)
        if changed <= before.templates and (prepared := _rewritten(before, campaign, loaded)):
            return Reading(loaded, campaign, prepared)
        return self(loaded)

    def _chosen(self, loaded: Loaded) -> Campaign:
        (campaign,) = loaded.choose([self._name] if self._name else [])
        return campaign


def _rewritten(before: Reading, campaign: Campaign, loaded: Loaded) -> Prepared | None:
    """Return the same people with other messages; None where these need columns that were not kept."""
    plan = bind(campaign, loaded.world)
    plan.close()  # nothing more is read, and nothing sent
    known = before.prepared.plan
    if not set(plan.kept) <= set(known.kept):
        return None
    others = (each for each in known.warnings if not each.code.startswith(_OF_MESSAGES) and each not in plan.warnings)
    return replace(before.prepared, plan=replace(plan, warnings=(*plan.warnings, *others)))
