"""Moving: takes all ledgers of a project from one place to another, whole, and sets the old ones aside."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from mailgrid.errors import LedgerError, Refused, UsageError, reason_of
from mailgrid.ledger.cargo import LEDGER, PROJECT, Berth, Table, summed
from mailgrid.ledger.file_berth import FileBerth
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.value import value

__all__ = ["Moved", "move"]


@value
class Moved:
    """What was moved, by table, and where the old place is `kept` now."""

    rows: dict[str, int]
    kept: str


def move(source: Ledgers, target: Ledgers, tick: Callable[[str, int], None] = lambda _table, _rows: None) -> Moved:
    """Move all ledgers. Only when everything is there, counted and compared, the old place is set aside.

    Args:
        source: where they are.
        target: where they are to be; nothing is there yet.
        tick: is called with the name of each table and how many rows of it were moved.

    Raises:
        UsageError: there is nothing to move.
        Refused: MG606, a run is under way; or there is something at the target already.
        LedgerError: something cannot be read or written, or did not arrive as it was; the old place is as it was.
    """
    if not source.exists:
        raise UsageError(f"there are no ledgers in {source.title}", hint="give the place where they are now first")
    _refuse_used(target)
    with ExitStack() as stack:
        _hold_still(source, stack)
        with _leaving(source) as (old, set_aside):
            with _arriving(target) as new:
                rows = _carry(old, new, tick)
            kept = set_aside()
    return Moved(rows, kept)


def _refuse_used(target: Ledgers) -> None:
    used = target.exists and bool(target.campaigns())
    if target.exists and not used:
        with closing(target.suppression(write=False)) as listed:
            used = bool(listed.count())
    if used:
        raise Refused(
            f"there are ledgers in {target.title} already", hint="give a place where there are none: nothing is mixed"
        )


def _hold_still(source: Ledgers, stack: ExitStack) -> None:
    """Hold every run lock, and settle what a crash left: nothing is being sent any more."""
    for campaign, rehearsal in source.campaigns():
        stack.enter_context(source.lock(campaign, rehearsal=rehearsal))
        for identity in source.identities(campaign, rehearsal=rehearsal)[:1]:
            with closing(source.store(identity, rehearsal=rehearsal, write=True)) as store:
                store.recover()


def _carry(old: Berth, new: Berth, tick: Callable[[str, int], None]) -> dict[str, int]:
    """Take everything over, and compare what has arrived with what was there."""
    rows = dict.fromkeys((table.name for table in (*LEDGER, *PROJECT)), 0)

    def carry(table: Table, ledger: tuple[str, bool] | None) -> None:
        new.load(table, old.read(table, ledger), ledger)
        rows[table.name] += (before := summed(old.read(table, ledger))).rows
        if summed(new.read(table, ledger)) != before:
            raise LedgerError(
                f"`{table.name}` did not arrive as it was, so nothing was moved",
                hint="the old ledgers are as they were; move them again, and report it if this stays so",
            )
        tick(table.name, before.rows)

    for found in old.ledgers():
        ledger = (str(found[0]), bool(found[1]))
        new.introduce(found, old.titles(ledger))
        for table in LEDGER:
            carry(table, ledger)
    for table in PROJECT:
        carry(table, None)
    new.keep_secret(old.secret())
    new.finish()
    return rows


@contextmanager
def _leaving(source: Ledgers) -> Iterator[tuple[Berth, Callable[[], str]]]:
    if isinstance(source, Folder):
        yield FileBerth(source), lambda: str(_renamed(source.path))
        return
    from mailgrid.ledger.postgres.berth import leaving

    with leaving(source) as found:
        yield found


@contextmanager
def _arriving(target: Ledgers) -> Iterator[Berth]:
    """Lend the other side; what was loaded is there for others when it is left, or else nothing of it."""
    if isinstance(target, Folder):
        draft = Folder(target.path.with_name(f"{target.path.name}.moving"))
        draft.make()
        yield FileBerth(draft)
        _into_place(draft.path, target.path)
        return
    from mailgrid.ledger.postgres.berth import arriving

    with arriving(target) as berth:
        yield berth


def _into_place(draft: Path, path: Path) -> None:
    try:
        if path.exists():  # made, and never used
            _renamed(path)
        draft.rename(path)
    except OSError as error:
        raise LedgerError(
            f"{draft} cannot be renamed: {reason_of(error)}", hint=f"it is whole: rename it to {path.name} yourself"
        ) from error


def _renamed(path: Path) -> Path:
    """Rename a folder so that nobody takes it for a ledger any more, and return its new name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.moved-{number}")).exists():
        number += 1
    return path.rename(aside)
