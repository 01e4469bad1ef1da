"""Verdicts: for each row of a source whether it is written to, and if not, why: what a gathering counts, row by row."""

from collections.abc import Iterator, Sequence

from mailgrid.errors import AddressError, TemplateError
from mailgrid.pipeline.audience import PENDING, Audience
from mailgrid.pipeline.key_text import key_text
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["TO_SEND", "Verdict", "verdicts"]

#: What becomes of a row that is written to.
TO_SEND = "to send"


@value
class Verdict:
    """What becomes of one row: `to send`, or why not. `key` is empty where the row has none."""

    line: int
    key: str
    what: str


def verdicts(plan: Plan, audience: Audience) -> Iterator[Verdict]:
    """Go through the rows of a source a second time.

    Args:
        plan: the campaign, bound anew, for a gathering closes its source.
        audience: what the gathering found.

    Raises:
        SourceError: the source cannot be read to its end.
    """
    for line, cells in plan.source.rows(plan.wanted):
        answer = True if plan.test is None else plan.test(cells)
        key, why = _key(plan, cells)
        if not answer:
            why = "unknown" if answer is None else "no match"
        yield Verdict(line, key, why or _standing(audience, key, line))


def _key(plan: Plan, cells: Sequence[object]) -> tuple[str, str]:
    """Return the key of a row, or an empty one and why it has none."""
    fields = dict(zip(plan.wanted, cells, strict=True))
    try:
        address = plan.renderer.address_of(fields)
    except (AddressError, TemplateError) as error:
        return "", f"bad address: {error.message}"
    key = address.key if plan.key is None else key_text(fields[plan.key])
    return key, "" if key else f"bad address: `{plan.key}` is empty"


def _standing(audience: Audience, key: str, line: int) -> str:
    """Say what became of somebody who matched; whom the audience does not know was skipped by a plugin."""
    person = audience.find(key)
    if person is None:
        return "skipped"
    if person.recipient.line != line:
        return f"same key as line {person.recipient.line}"
    return TO_SEND if person.standing == PENDING else person.standing
