"""How a plan looks to people: counts by reason, what is odd, the first messages."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailgrid.cli.diagnostics import counted
from mailgrid.cli.screen import clean
from mailgrid.cli.time_view import duration, time_remarks
from mailgrid.language.expressions import show
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.tally import SETTLED, Tally, Unknown

__all__ = ["count_lines", "plan_lines"]

_LABEL = 25
_CONDITION = 100
#: Counts that are shown although they are 0.
_ALWAYS = ("rows", "match")


def plan_lines(forecast: Forecast, *, verbose: bool = False) -> Iterator[str]:
    """Yield the lines of a plan.

    Args:
        forecast: what would happen.
        verbose: show the whole condition, however long.
    """
    plan = forecast.plan
    edition = f" {plan.edition}" if plan.edition else ""
    yield f"{plan.name}{edition}  {plan.source_title} -> {plan.transport_title}"
    if plan.title:
        yield clean(plan.title)
    yield ""
    yield from _counts(forecast, verbose=verbose)
    remarks = [*_asked(forecast, verbose=verbose), *_remarks(forecast)]
    if remarks:
        yield ""
        yield from remarks
    if forecast.trial and forecast.trial.examples:
        yield ""
        for address, subject in forecast.trial.examples:
            yield f"  {clean(address):<{_LABEL - 1}} {clean(subject)}"


def _counts(forecast: Forecast, *, verbose: bool) -> Iterator[str]:
    yield from count_lines(_reasons(forecast, verbose=verbose), forecast.tally.to_send, _pace(forecast))


def count_lines(reasons: Iterable[tuple[int, str, str]], to_send: int, remark: str) -> Iterator[str]:
    """Yield counts, one below the other, and their sum.

    Args:
        reasons: (how many, what, remark); others than rows and matches are left out where there are none.
        to_send: the sum.
        remark: what there is to say about it.
    """
    rows = [row for row in reasons if row[0] or row[1] in _ALWAYS]
    numbers = [f"{count:,}" for count, _, _ in rows] + [f"{to_send:,}"]
    width = max(6, *map(len, numbers))
    for number, (_count, name, note) in zip(numbers, rows, strict=False):
        yield f"  {number:>{width}}  {name:<16} {note}".rstrip()
    yield f"  {'-' * width}"
    yield f"  {numbers[-1]:>{width}}  to send          {remark}".rstrip()


def _reasons(forecast: Forecast, *, verbose: bool) -> Iterator[tuple[int, str, str]]:
    """Yield (how many, what, remark): rows, matches, and why some are not written to as negative numbers."""
    plan, tally = forecast.plan, forecast.tally
    condition = plan.condition
    if len(condition) > _CONDITION and not verbose:
        condition = condition[:_CONDITION] + "..."
    yield tally.rows, "rows", f"in {plan.source_title}"
    if condition:
        yield tally.matched, "match", clean(condition)
    yield from ((-count, "suppressed", clean(title)) for title, count in tally.suppressed.items())
    key = "address" if plan.key is None else f"`{plan.key}`"
    yield -tally.duplicate, f"same {key}", "kept the first row of each"
    for reason, (count, lines) in tally.bad.items():
        yield -count, "bad address", f"{reason} ({_lines(lines)})"
    for written, (count, lines) in tally.lacking.items():
        yield -count, "file missing", f"{clean(written)} ({_lines(lines)})"
    yield from ((-count, "skipped", clean(reason)) for reason, count in tally.skipped.items())
    yield -tally.standings["already sent"], "already sent", _day(tally.last_sent)
    yield -tally.standings["rejected for good"], "rejected", "for good (--retry-rejected to try them)"
    yield -tally.standings["in doubt"], "in doubt", "may have arrived (--resend-in-doubt to send again)"
    yield -tally.standings[SETTLED], "left in doubt", "may have arrived (`on_doubt skip`)"
    yield -tally.standings["outside sample"], "left out", f"`sample {plan.sample * 100:g}%`"
    yield -tally.standings["beyond take"], "left out", f"`take {plan.take}`"
    yield -tally.standings["left for later"], "left for later", "--take"
    yield -tally.standings["did not fail"], "left for later", "--retry-failed"
    yield -tally.unplanned, "not in the plan", "came since, or left for later when it was made"


def _pace(forecast: Forecast) -> str:
    plan, seconds = forecast.plan, forecast.seconds
    if not forecast.tally.to_send:
        return ""
    workers = counted(plan.crew, "worker")
    if seconds is None:
        return f"as fast as it goes, {workers}"
    closed = " with the hours outside `window`" if plan.hours and seconds > (forecast.pace or 0) else ""
    quotas = [f"a quota of {quota.title}" for quota in forecast.quotas]
    pace = " and ".join(filter(None, (_slowest(forecast), *quotas)))
    return f"about {duration(seconds)}{closed} at {pace}, {workers}"


def _slowest(forecast: Forecast) -> str:
    """Name the limit that decides: the rate, or that of a domain."""
    domain = forecast.slowest_domain
    if domain is None or domain.seconds < (forecast.pace or 0.0):
        return forecast.plan.rate_title
    return f"{domain.limit} for {domain.people:,} at {domain.name}"


def _asked(forecast: Forecast, *, verbose: bool) -> Iterator[str]:
    """Yield how the source was asked, where that changed what it gave."""
    plan = forecast.plan
    if plan.prefiltered:
        yield _line("prefiltered", "the source left out rows that surely do not match")
    if plan.query and verbose:
        yield _line("asked for", clean(plan.query))


def _remarks(forecast: Forecast) -> Iterator[str]:
    tally, problems = forecast.tally, forecast.plan.problems
    yield from (_line(label, text) for label, text in time_remarks(forecast))
    for test, unknown in tally.tests.items():
        yield _line(
            "unknown, not mailed", f"{counted(unknown.rows, 'row')}: `{clean(test)}` has no answer ({_seen(unknown)})"
        )
    for unmatched in () if forecast.plan.prefiltered else tally.unmatched:
        if unmatched.relaxations:
            would = ", ".join(f"{each.words} it matches {each.rows:,}" for each in unmatched.relaxations)
            yield _line("near miss", f"{clean(show(unmatched.probe.test))} matches 0 rows; {would}")
    for kind, count in problems.counts.items():
        examples = problems.examples[kind]
        kept = "read as it is" if count == 1 else "read as they are"
        what = "left out" if examples[0].dropped else kept
        places = "; ".join(f"line {each.line}: {clean(each.text)}" for each in examples)
        yield _line(kind, f"{counted(count, 'row')} {what} ({places})")
    for name, count in _variants(forecast):
        yield _line(f"variant {name}" if name else "no variant", f"{count:,} of them")
    yield from _earlier(tally)
    yield from _rehearsal(forecast)
    if forecast.trial and forecast.tally.to_send:
        yield from _templates(forecast)


def _earlier(tally: Tally) -> Iterator[str]:
    """Yield what earlier runs have to do with it."""
    if tally.waiting:
        yield _line("waiting", f"{tally.waiting:,} of them were refused for now and are tried again when due")
    if tally.settled:
        yield _line("settled", f"{tally.settled:,} that were in doubt are in the relay's log, and sent")
    if tally.resent:
        yield _line("sent again", f"{tally.resent:,} of them may have it already")
    if tally.gone:
        yield _line("gone", f"{tally.gone:,} of the plan are not found any more, or do not match any more")


def _rehearsal(forecast: Forecast) -> Iterator[str]:
    plan = forecast.plan
    if plan.redirect:
        yield _line("redirected", f"every message goes to {clean(plan.redirect)}; a real run does not count it")
    elif not plan.reaches_people:
        yield _line("rehearsal", "this transport reaches nobody; a real run does not count it")


def _variants(forecast: Forecast) -> Iterator[tuple[str, int]]:
    """Yield how many get each variant, in the order of the file, and how many the campaign's own wording."""
    counts, split = forecast.tally.variants, forecast.plan.split
    yield from ((each.name, counts[each.name]) for each in (split.shares if split else ()))
    if counts[""]:
        yield "", counts[""]


def _templates(forecast: Forecast) -> Iterator[str]:
    trial = forecast.trial
    assert trial is not None
    tried = trial.rendered + trial.failed
    sample = "" if tried == trial.total else f" of a sample of {tried:,}"
    empty = "".join(
        f"; {count:,} {'has' if count == 1 else 'have'} an empty `{name}`" for name, count in trial.empty.most_common(3)
    )
    whole = f"all {trial.rendered:,}{sample}" if trial.rendered == tried > 1 else f"{trial.rendered:,}{sample}"
    yield _line("templates", f"{whole} rendered{empty}")
    if forecast.plan.renderer.attached:
        files = ", ".join(map(clean, forecast.plan.renderer.attached))
        yield _line("attached", f"{files}; the largest message has {trial.octets:,} bytes")
    for reason, (count, lines) in trial.failures.items():
        yield _line("cannot be rendered", f"{counted(count, 'row')}: {clean(reason)} ({_lines(lines)})")
    if trial.large_headers:
        yield _line(
            "large headers", f"{counted(trial.large_headers, 'message')}: more than 10 KB, which some servers refuse"
        )


def _line(label: str, text: str) -> str:
    return f"  {label:<{_LABEL - 1}} {text}"


def _lines(lines: list[int]) -> str:
    return f"line {', '.join(map(str, lines))}"


def _seen(unknown: Unknown) -> str:
    places = ", ".join(f'{line} "{clean(value)}"' for line, value in unknown.examples)
    return f"line {places}"


def _day(moment: float | None) -> str:
    if not moment:
        return ""
    day = datetime.fromtimestamp(moment).astimezone()
    return f"{day.day} {day:%b %Y}"
