"""Columns: those of the source that a campaign reads, once they were looked up remembered until its file changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Column, Location
from mailgrid.language.ast import Item, Statement, Word
from mailgrid.language.campaign import Driver, Quoted
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.drivers import Drivers
from mailgrid.lsp.analysis import Analysis
from mailgrid.planning.opener import Opener
from mailgrid.value import value

__all__ = ["Columns", "Header"]


@value
class Header:
    """What is known about a source: what messages call it, and its columns."""

    source: str
    columns: tuple[Column, ...]


class Columns:
    """Looks up headers. Safe for threads: the worst is that two look up the same."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[object, Header]] = {}

    def __call__(self, analysis: Analysis, campaign: str | None) -> Iterator[Header]:
        """Yield the header of a campaign's source; those of the sources of all campaigns where that is None."""
        drivers = Drivers("source", analysis.kinds.sources, Diagnostics())
        named = _declared(drivers, analysis)
        seen: set[object] = set()
        for statement in _statements(analysis, campaign):
            driver = drivers.used(statement, named)
            if driver is None or (key := _key(driver)) in seen or analysis.kinds.sources[driver.driver].trust:
                continue
            seen.add(key)
            if header := self._header(key, driver, analysis):
                yield header

    def _header(self, key: object, driver: Driver, analysis: Analysis) -> Header | None:
        location = driver.location.value if isinstance(driver.location, Quoted) else None
        state = _state(driver, location, analysis)
        if (known := self._known.get(key)) and known[0] == state:
            return known[1]
        header = _read(driver, location or driver.name or driver.driver, analysis)
        if header:
            self._known[key] = state, header
        return header


def _key(driver: Driver) -> object:
    """Return what two statements have in common that mean the same source."""
    written = {name: setting.value for name, setting in driver.options.items()}
    return driver.driver, driver.folder, repr(driver.location), repr(sorted(written.items(), key=str))


def _declared(drivers: Drivers, analysis: Analysis) -> Mapping[str, Driver | None]:
    named: dict[str, Driver | None] = {}
    for module in analysis.module.walk():
        for item in module.file.items:
            match item:
                case Statement(keyword="source", arguments=(Word() as word, Word(), *_)):
                    named.setdefault(word.name, drivers.declared(item, word))
                case _:
                    pass
    return named


def _statements(analysis: Analysis, campaign: str | None) -> Iterator[Statement]:
    """Yield the `source` of a campaign, or else that of the nearest `defaults`."""
    blocks = list(_blocks(analysis.module.file.items))
    defaults = [
        statement
        for module in reversed(list(analysis.module.walk()))
        for keyword, _, items in _blocks(module.file.items)
        if keyword == "defaults"
        for statement in _sources(items)
    ]
    wanted = [items for keyword, name, items in blocks if keyword == "campaign" and campaign in {None, name}]
    for items in wanted or [()]:
        yield from (list(_sources(items)) or defaults)[:1]


def _blocks(items: Sequence[Item]) -> Iterator[tuple[str, str | None, Sequence[Item]]]:
    for item in items:
        if isinstance(item, Statement) and item.block:
            first = item.arguments[0] if item.arguments else None
            yield item.keyword, first.name if isinstance(first, Word) else None, item.block.items


def _sources(items: Sequence[Item]) -> Iterator[Statement]:
    return (item for item in items if isinstance(item, Statement) and item.keyword == "source")


def _state(driver: Driver, location: str | None, analysis: Analysis) -> object:
    """Return what changes when a source's file does; nothing for a source that is no file."""
    if location is None or analysis.kinds.sources[driver.driver].location is not Location.FILE:
        return None
    try:
        path: Path = analysis.world.project.resolve(driver.folder, location)
        status = path.stat()
    except (MailgridError, OSError):
        return None
    return path, status.st_mtime_ns, status.st_size


def _read(driver: Driver, title: str, analysis: Analysis) -> Header | None:
    world = analysis.world
    opener = Opener(
        world.registry,
        world.project,
        world.environment,
        now=world.now,
        zone=UTC,
        report=lambda _problem: None,
        diagnostics=Diagnostics(),
    )
    try:
        source = opener.source(driver)
    except Exception:  # whatever a stranger's source does when it is opened; the check says so
        return None
    if source is None:
        return None
    header = Header(title, tuple(source.columns))
    source.close()
    return header
