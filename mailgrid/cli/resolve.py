"""`mailgrid resolve`: settle messages of which it is not known whether they arrived."""

import time
from collections.abc import Sequence
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import chosen
from mailgrid.cli.table import print_table
from mailgrid.errors import UsageError
from mailgrid.ledger.store import Entry
from mailgrid.library.doubt import Doubt, doubts
from mailgrid.library.log_search import Findings, search
from mailgrid.maillog.log_file import LogFile
from mailgrid.rfc3339 import rfc3339

__all__ = ["command"]

_SHOWN = ("campaign", "key", "address", "message_id", "time")


@click.command("resolve")
@click.argument("what", required=False, metavar="[FILE|CAMPAIGN]")
@click.option("--sent", multiple=True, metavar="KEY", help="The person with this key or address has it.")
@click.option("--unsent", multiple=True, metavar="KEY", help="The person with this key or address does not have it.")
@click.option("--all-sent", is_flag=True, help="Everybody has it.")
@click.option("--all-unsent", is_flag=True, help="Nobody has it; with --from-log, those of whom the log says so.")
@click.option(
    "--from-log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Look in a log of the relay, Postfix's or Exim's, plain or with gzip.",
)
@common_options
@click.pass_obj
def command(
    common: Common,
    what: str | None,
    sent: Sequence[str],
    unsent: Sequence[str],
    all_sent: bool,
    all_unsent: bool,
    logs: Sequence[Path],
) -> int:
    """Settle messages of which it is not known whether they arrived; without options, list them.

    Who is settled as sent is not written to again; who is settled as unsent is, by the next `apply`.
    """
    if all_sent and (all_unsent or logs):
        raise UsageError("--all-sent does not go with --all-unsent or --from-log", hint="say one of them")
    folder, campaigns = chosen(common, what)
    with doubts(folder, dict.fromkeys(name for name, rehearsal in campaigns if not rehearsal)) as found:
        settling = _Settling(common, found)
        settling.by_name(sent, unsent)
        if logs:
            settling.by_log([LogFile(path) for path in logs], all_unsent=all_unsent)
        elif all_sent or all_unsent:
            settling.everybody(sent=all_sent)
        return settling.tell(listed=not (sent or unsent or all_sent or all_unsent or logs))


class _Settling:
    """Settles, counts and tells."""

    def __init__(self, common: Common, found: Sequence[Doubt]) -> None:
        self._common = common
        self._found = found
        self._now = time.time()
        self._sent = 0
        self._unsent = 0

    def by_name(self, sent: Sequence[str], unsent: Sequence[str]) -> None:
        """Settle single people; all names are looked up before anything is recorded."""
        if both := set(sent) & set(unsent):
            raise UsageError(f"`{min(both)}` cannot be both sent and unsent", hint="say one of them")
        plan = [(*self._one(word), word in sent) for word in dict.fromkeys((*sent, *unsent))]
        for doubt, entries, arrived in plan:
            self._settle(doubt, entries, sent=arrived)

    def by_log(self, logs: Sequence[LogFile], *, all_unsent: bool) -> None:
        """Settle what logs tell; that somebody does not have it is recorded only where the user says so."""
        findings = search(self._found, logs)
        for each in findings:
            self._settle(each.doubt, each.arrived, sent=True)
        missing = sum(len(each.missing) for each in findings)
        if missing and (all_unsent or self._agreed(missing)):
            for each in findings:
                self._settle(each.doubt, each.missing, sent=False)
        self._explain(findings)

    def everybody(self, *, sent: bool) -> None:
        """Settle all in one way."""
        for doubt in self._found:
            self._settle(doubt, doubt.entries, sent=sent)

    def tell(self, *, listed: bool) -> int:
        """Print what was done, and who is left where nothing was asked for; 1 where anybody is."""
        left = [(doubt, entry) for doubt in self._found for entry in doubt.entries]
        screen = self._common.screen
        if self._common.json is not None:
            people = [_row(doubt, entry) for doubt, entry in left]
            value = {"format": 1, "sent": self._sent, "unsent": self._unsent, "in_doubt": people}
            print_json(screen, value, self._common.json)
        elif listed and left:
            rows = ([_row(doubt, entry)[name] for name in _SHOWN] for doubt, entry in left)
            print_table(screen, _SHOWN, rows)
            screen.note("settle them with --sent KEY, --unsent KEY, or --from-log and the relay's log")
        else:
            screen.out(f"{self._sent:,} settled as sent, {self._unsent:,} as unsent, {len(left):,} in doubt")
        return int(bool(left))

    def _one(self, word: str) -> tuple[Doubt, list[Entry]]:
        """Find somebody; who is in doubt in several mailings must be told apart."""
        found = [(doubt, entries) for doubt in self._found if (entries := doubt.matching(word))]
        if not found:
            hint = "mailgrid resolve lists those who are; --sent and --unsent take a key or an address"
            raise UsageError(f"`{word}` is not in doubt", hint=hint)
        if len(found) > 1:
            names = ", ".join(filter(None, (f"{d.identity.campaign} {d.identity.edition}".strip() for d, _ in found)))
            raise UsageError(f"`{word}` is in doubt in several mailings: {names}", hint="name the campaign")
        return found[0]

    def _settle(self, doubt: Doubt, entries: Sequence[Entry], *, sent: bool) -> None:
        count = doubt.settle(entries, sent=sent, now=self._now)
        if sent:
            self._sent += count
        else:
            self._unsent += count

    def _agreed(self, missing: int) -> bool:
        """Ask whether those are unsent whom the logs do not know."""
        if not self._common.screen.interactive:
            return False
        question = f"The log covers the time of {counted(missing, 'message')} and has no trace. Mark as unsent?"
        return click.confirm(question, default=False, err=True)

    def _explain(self, findings: Sequence[Findings]) -> None:
        """Say why somebody is left in doubt."""
        waiting = {entry.key for doubt in self._found for entry in doubt.entries}
        missing = sum(entry.key in waiting for each in findings for entry in each.missing)
        unknown = sum(len(each.unknown) for each in findings)
        if missing:
            words = f"{counted(missing, 'message')} left no trace in a log that covers the time"
            self._common.screen.note(f"{words}: --all-unsent marks them as unsent, so that the next apply sends them")
        if unknown:
            words = f"of {counted(unknown, 'message')} the log does not tell: it may be another server's"
            self._common.screen.note(f"{words}, or not reach from before they were sent to half an hour after")


def _row(doubt: Doubt, entry: Entry) -> dict[str, object]:
    return {
        "campaign": doubt.identity.campaign,
        "edition": doubt.identity.edition,
        "key": entry.key,
        "address": entry.address,
        "message_id": entry.message_id,
        "time": None if entry.time is None else rfc3339(entry.time, exact=True),
    }
