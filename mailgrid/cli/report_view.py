"""How the end of a run looks to people."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from mailgrid.cli.screen import clean
from mailgrid.report import CampaignReport

__all__ = ["clock", "report_lines"]

_REPLIES = 3
_WIDEST = 100


def report_lines(report: CampaignReport, applied: str, campaign: str) -> Iterator[str]:
    """Yield the lines that say how a campaign ended.

    Args:
        report: the counts.
        applied: what was applied, as it is typed to go on: a saved plan, or the campaign file and name.
        campaign: the campaign file and name as they are typed; a saved plan that is finished cannot be applied again.
    """
    yield f"sent {report.sent:,} in {clock(report.seconds)}   failed {report.failed:,}{_more(report)}"
    if len(report.transports) > 1:
        ways = (f"{clean(transport)} {count:,}" for transport, count in report.transports.items())
        yield f"through {', '.join(ways)}"
    if report.reasons:
        yield ""
        yield from _reasons(report)
    yield from _next_steps(report, applied, campaign)


def _more(report: CampaignReport) -> str:
    parts = [f"   in doubt {report.in_doubt:,}"] if report.in_doubt else []
    parts += [f"   deferred {report.deferred:,}"] if report.deferred else []
    parts += [f"   suppressed meanwhile {report.withheld:,}"] if report.withheld else []
    parts += [f"   without some copies {report.warnings:,}"] if report.warnings else []
    parts += [] if report.failed or report.in_doubt else [f"   log: mailgrid log {report.name}"]
    return "".join(parts)


def _reasons(report: CampaignReport) -> Iterator[str]:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (what, code, enhanced, text), count in report.reasons.items():
        words = " ".join(filter(None, [str(code) if code else "", enhanced, clean(text)]))
        groups[what].append((count, words[:_WIDEST]))
    for what, replies in groups.items():
        replies.sort(reverse=True)
        shown = ", ".join(f"{words} ({count:,})" for count, words in replies[:_REPLIES])
        rest = f", and {len(replies) - _REPLIES} others" if len(replies) > _REPLIES else ""
        yield f"  {sum(count for count, _ in replies):>6,}  {what:<20} {shown}{rest}"


def _next_steps(report: CampaignReport, applied: str, campaign: str) -> Iterator[str]:
    steps = [f"List them: mailgrid log {report.name} --failed"] if report.failed else []
    left = report.not_tried + report.deferred
    if left > 0 and report.spent:
        steps.append(_spent(report))
    if left > 0:
        steps.append(f"{left:,} {'is' if left == 1 else 'are'} still pending; go on: mailgrid apply {applied}")
    if doubtful := report.in_doubt + report.still_in_doubt:
        verb = "is" if doubtful == 1 else "are"
        steps.append(
            f"{doubtful:,} may have arrived and {verb} not sent again: see mailgrid log {report.name} --in-doubt, "
            f"then mailgrid apply {campaign} --resend-in-doubt"
        )
    if steps:
        yield ""
        yield from steps


def _spent(report: CampaignReport) -> str:
    several = len(report.spent) > 1
    until = datetime.fromtimestamp(report.spent_until).astimezone()
    quotas = f"quota{'s' if several else ''} {' and '.join(map(clean, report.spent))}"
    return f"the {quotas} {'are' if several else 'is'} spent until {until:%d %b %H:%M}"


def clock(seconds: float) -> str:
    """Return a time as clocks show it: `0:45`, `12:09`, `3:20:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
