"""Trial: renders messages without sending them, so that a plan knows which cannot be."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mailgrid.errors import AddressError, TemplateError
from mailgrid.message.lint import has_large_headers
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.unrenderable import why
from mailgrid.planning.plan import Plan

__all__ = ["Trial", "try_rendering"]

#: Up to so many messages are all rendered; of more, the first people by rank, who are the same each time.
_ALL = 50_000
_SAMPLE = 10_000
_EXAMPLES = 3
_TICK = 500


@dataclass(slots=True)
class Trial:
    """What rendering found.

    `rendered` went well, of `total` to send. `failures` are reasons with how many and their first lines, `empty` the
    columns that a template uses and some people have nothing in, `examples` the first few (address, subject),
    `large_headers` how many have headers that some servers refuse.
    """

    total: int
    rendered: int = 0
    failed: int = 0
    failures: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    empty: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str]] = field(default_factory=list)
    octets: int = 0
    large_headers: int = 0


def try_rendering(
    plan: Plan, audience: Audience, total: int, *, every: bool = False, tick: Callable[[int], None] | None = None
) -> Trial:
    """Render the audience's messages: all, or a sample of more than 50,000.

    Args:
        plan: the campaign.
        audience: whom to write to.
        total: how many they are.
        every: render all, however many.
        tick: is called with the number of those rendered so far.
    """
    trial = Trial(total)
    people: Iterable[Person] = audience.everybody()
    if total > _ALL and not every:
        people = audience.sample(_SAMPLE)
    for number, person in enumerate(people):
        _try(plan, person, trial)
        if tick is not None and number % _TICK == 0:
            tick(number)
    return trial


def _try(plan: Plan, person: Person, trial: Trial) -> None:
    recipient = person.recipient
    try:
        message = plan.renderer(recipient)
    except (TemplateError, AddressError) as error:
        trial.failed += 1
        reason = why(error)
        count, lines = trial.failures.get(reason, (0, []))
        trial.failures[reason] = (count + 1, [*lines, recipient.line][:_EXAMPLES])
        return
    trial.rendered += 1
    trial.octets = max(trial.octets, len(message.content))
    trial.large_headers += has_large_headers(message.content)
    trial.empty.update(_empty(recipient.fields))
    if len(trial.examples) < _EXAMPLES:
        trial.examples.append((recipient.address, plan.renderer.subject_of(recipient)))


def _empty(fields: Mapping[str, object]) -> Iterable[str]:
    return (name for name, value in fields.items() if value is None or (isinstance(value, str) and not value.strip()))
