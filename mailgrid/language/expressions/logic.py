"""Yes, no and unknown: Kleene's `and`, `or`, `not` in Python, where unknown is None.

Parts that are never unknown are joined by Python's own operators and come first: a condition has no side effects, so
the order of its parts is free, and these are the cheapest.
"""

from collections.abc import Callable, Sequence

from mailgrid.language.expressions.writer import Writer
from mailgrid.value import value

__all__ = ["UNKNOWN", "Truth", "all_of", "any_of", "opposite"]

#: As many parts are nested in one expression; Python's own compiler minds deep ones.
_AT_ONCE = 16


@value
class Truth:
    """The Python of a condition: True, False or, where it may be `unknown`, None."""

    code: str
    unknown: bool


#: The answer of what was reported as a mistake, or leads back to itself: never yes.
UNKNOWN = Truth("None", unknown=True)


def opposite(truth: Truth, writer: Writer) -> Truth:
    """Return the opposite; unknown stays unknown."""
    if not truth.unknown:
        return Truth(f"(not {truth.code})", unknown=False)
    name = writer.temporary()
    return Truth(f"(None if ({name} := {truth.code}) is None else not {name})", unknown=True)


def all_of(parts: Sequence[Truth], writer: Writer) -> Truth:
    """Return yes when every part is, no when one is no, else unknown."""
    return _joined(parts, writer, " and ", lambda names: f"({' and '.join(names)})", "False if {} is False else ")


def any_of(parts: Sequence[Truth], writer: Writer) -> Truth:
    """Return yes when one part is, no when every part is no, else unknown; of no parts, as in an empty list, no."""
    if not parts:
        return Truth("False", unknown=False)
    return _joined(parts, writer, " or ", _first_unknown, "True if {} else ")


def _first_unknown(names: Sequence[str]) -> str:
    """Return None or False for names that are None or False."""
    return f"(None if {' or '.join(f'{name} is None' for name in names)} else False)"


def _joined(
    parts: Sequence[Truth], writer: Writer, operator: str, rest: Callable[[Sequence[str]], str], early: str
) -> Truth:
    sure = [part.code for part in parts if not part.unknown]
    unsure = [_kleene(part, writer, rest, early) for part in _chunks([part for part in parts if part.unknown])]
    while len(unsure) > 1:
        unsure = [
            _kleene(part, writer, rest, early) for part in _chunks([Truth(code, unknown=True) for code in unsure])
        ]
    codes = [*sure, *unsure]
    return Truth(writer.shallow(f"({operator.join(codes)})" if len(codes) > 1 else codes[0]), unknown=bool(unsure))


def _chunks(parts: Sequence[Truth]) -> list[Sequence[Truth]]:
    return [parts[start : start + _AT_ONCE] for start in range(0, len(parts), _AT_ONCE)]


def _kleene(parts: Sequence[Truth], writer: Writer, rest: Callable[[Sequence[str]], str], early: str) -> str:
    """Return the code that asks one part after the other, until the answer is sure."""
    if len(parts) == 1:
        return parts[0].code
    names = [writer.temporary() for _part in parts]
    asked = "".join(
        early.format(f"({name} := {writer.shallow(part.code)})") for name, part in zip(names, parts, strict=True)
    )
    return writer.shallow(f"({asked}{rest(names)})")
