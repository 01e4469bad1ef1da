"""ReplyRules: what refusals mean, as a table that stands in replies.toml and that users may put rules before."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply, Scope, Status

from .replies import Meaning, Step
from .reply_reader import Lost, reply_of

__all__ = ["ReplyRules", "Rule", "built_in"]

_Meant = TypeVar("_Meant", Step, Status, Scope)

_BUILT_IN = Path(__file__).with_name("replies.toml")
_STEPS = {step.value: step for step in Step}
_STATUSES = {status.value: status for status in Status if status is not Status.SENT}
_SCOPES = {scope.value: scope for scope in Scope}
_KEYS: Mapping[str, type] = {
    "at": list,
    "code": str,
    "enhanced": str,
    "text": str,
    "then": str,
    "about": str,
    "wait": int,
    "leave": bool,
    "examples": list,
    "why": str,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: at these steps, a basic code, an enhanced code and a text that match mean this.

    The three are patterns: `code` and `enhanced` from the start, `text` anywhere and in any case.
    """

    steps: frozenset[Step]
    code: re.Pattern[str]
    enhanced: re.Pattern[str]
    text: re.Pattern[str]
    meaning: Meaning
    examples: tuple[str, ...] = ()

    def fits(self, step: Step, reply: Reply) -> bool:
        """Say whether this row is about `reply` to `step`."""
        return self.fits_codes(step, reply.code, reply.enhanced) and self.text.search(reply.text) is not None

    def fits_codes(self, step: Step, code: int, enhanced: str) -> bool:
        """Say whether this row is about a reply with these codes, if its text fits too."""
        return (
            step in self.steps and self.code.match(str(code)) is not None and self.enhanced.match(enhanced) is not None
        )


class ReplyRules:
    """Looks refusals up. The first rule that fits wins; those of a user come before the built-in ones.

    Args:
        file: rules of the user's own, written like replies.toml; None for none.

    Raises:
        TransportError: the file cannot be read, or a rule in it makes no sense.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._own = _read(file) if file else ()
        # A list with many bad addresses gets the same few codes thousands of times.
        self._about = lru_cache(maxsize=256)(self._with_codes)

    def __call__(self, step: Step, reply: Reply) -> Meaning | None:
        """Look a refusal up; None when it is no refusal, so that the two sides are out of step."""
        rules = self._about(step, reply.code, reply.enhanced)
        return next((rule.meaning for rule in rules if rule.text.search(reply.text)), None)

    def _with_codes(self, step: Step, code: int, enhanced: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in (*self._own, *built_in()) if rule.fits_codes(step, code, enhanced))


@cache
def built_in() -> tuple[Rule, ...]:
    """Return the rules of replies.toml, read when the first refusal comes: most runs never see one."""
    return _read(_BUILT_IN)


def _read(file: Path) -> tuple[Rule, ...]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _wrong(file, f"cannot be read: {reason}") from None
    rows = table.pop("rule", [])
    if table or not isinstance(rows, list):
        raise _wrong(file, "holds something else than rules")
    return tuple(_rule(row, partial(_wrong, file, number=number)) for number, row in enumerate(rows, start=1))


def _rule(row: Any, wrong: Callable[[str], TransportError]) -> Rule:  # noqa: ANN401  # whatever TOML can hold
    """Read one row; `wrong` makes an error of what is wrong with it."""
    for key, value in row.items() if isinstance(row, dict) else [("it", row)]:
        if key not in _KEYS:
            raise wrong(f"`{key}` is unknown; there are {', '.join(_KEYS)}")
        if type(value) is not _KEYS[key] or (
            isinstance(value, list) and not all(isinstance(one, str) for one in value)
        ):
            raise wrong(f"`{key}` is of another sort: {value!r}")
    if missing := [key for key in ("code", "then", "about") if key not in row]:
        raise wrong(f"`{missing[0]}` is missing")
    meaning = Meaning(
        _one_of(_STATUSES, row["then"], "then", wrong),
        _one_of(_SCOPES, row["about"], "about", wrong),
        row.get("leave", False),
        row.get("wait"),
    )
    rule = Rule(
        frozenset(_one_of(_STEPS, name, "at", wrong) for name in row.get("at", _STEPS)),
        _pattern(row, "code", wrong),
        _pattern(row, "enhanced", wrong),
        _pattern(row, "text", wrong),
        meaning,
        tuple(row.get("examples", ())),
    )
    if any(rule.code.match(str(code)) for code in range(200, 400)):
        raise wrong("`code` is not about refusals, which begin with 4 or 5")
    for example in rule.examples:
        if not any(rule.fits(step, _heard(example, wrong)) for step in rule.steps):
            raise wrong(f"its example does not fit it: {example}")
    return rule


def _one_of(known: Mapping[str, _Meant], name: str, key: str, wrong: Callable[[str], TransportError]) -> _Meant:
    if name not in known:
        raise wrong(f"`{key}` is `{name}`; there are {', '.join(known)}")
    return known[name]


def _pattern(row: Mapping[str, Any], key: str, wrong: Callable[[str], TransportError]) -> re.Pattern[str]:
    try:
        return re.compile(row.get(key, ""), re.IGNORECASE)
    except re.error as error:
        raise wrong(f"`{key}` is no pattern: {error}") from None


def _heard(example: str, wrong: Callable[[str], TransportError]) -> Reply:
    try:
        return reply_of([example.encode()])
    except Lost:
        raise wrong(f"its example is no reply: {example}") from None


def _wrong(file: Path, what: str, number: int = 0) -> TransportError:
    place = f"{file.name}, rule {number}" if number else file.name
    return TransportError(
        f"{place}: {what}", hint="its rules are written like those of `mailgrid_plugins`' replies.toml"
    )
