"""Fields: from the arguments of one setting to the value that a Campaign holds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mailgrid.language.arguments import Arguments, folder_of, quoted, rate
from mailgrid.language.ast import Argument, Expr, Literal, Statement, Word
from mailgrid.language.campaign import (
    Attachment,
    Header,
    Inline,
    Limit,
    Quoted,
    Retry,
    Schedule,
    Stop,
    Unsubscribe,
    Window,
)
from mailgrid.language.values import Percent, Rate, Size

__all__ = ["FIELDS", "count", "field_of", "named"]

#: Settings whose field has another name. Those that may be repeated are collected in theirs.
FIELDS = {
    "from": "sender",
    "header": "headers",
    "attach": "attachments",
    "inline": "inlines",
    "limit": "limits",
    "suppress": "suppressions",
    "variant": "variants",
}


def field_of(statement: Statement, arguments: Arguments) -> object:
    """Return the value of a setting; a text where nothing else is said about it."""
    if statement.keyword == "attach":
        return _attachment(arguments, statement.where.condition if statement.where else None)
    return _READERS.get(statement.keyword, _text)(arguments)


def count(argument: Argument | None) -> int | None:
    """Return a whole number."""
    value = _value(argument)
    return int(value) if isinstance(value, Decimal) else None


def named(argument: Argument) -> Quoted:
    """Return a name without quotes, with its place."""
    assert isinstance(argument, Word)
    return Quoted(argument.span, argument.name, folder_of(argument.span))


def _value(argument: Argument | None) -> object:
    return argument.value if isinstance(argument, Literal) else None


def _optional(argument: Argument | None) -> Quoted | None:
    return quoted(argument) if argument else None


def _duration(argument: Argument | None) -> timedelta | None:
    value = _value(argument)
    return value if isinstance(value, timedelta) else None


def _text(arguments: Arguments) -> Quoted:
    return quoted(arguments.plain[0])


def _title(arguments: Arguments) -> str:
    return quoted(arguments.plain[0]).value


def _number(arguments: Arguments) -> int | None:
    return count(arguments.plain[0])


def _word(arguments: Arguments) -> str:
    return named(arguments.plain[0]).value


def _name(arguments: Arguments) -> Quoted:
    return named(arguments.plain[0])


def _percent(arguments: Arguments) -> Percent:
    value = _value(arguments.plain[0])
    assert isinstance(value, Percent)
    return value


def _texts(arguments: Arguments) -> tuple[Quoted, ...]:
    return tuple(quoted(argument) for argument in arguments.plain)


# ---- what is in a message --------------------------------------------------------------------------------------


def _header(arguments: Arguments) -> Header:
    name, value = arguments.plain
    return Header(quoted(name), quoted(value))


def _attachment(arguments: Arguments, where: Expr | None) -> Attachment:
    *pdf, file = arguments.plain
    missing = arguments.clauses.get("missing")
    return Attachment(
        file=quoted(file),
        name=_optional(arguments.clauses.get("as")),
        pdf=bool(pdf),
        needed=missing is None or named(missing).value == "fail",
        where=where,
    )


def _inline(arguments: Arguments) -> Inline:
    return Inline(quoted(arguments.plain[0]), named(arguments.clauses["as"]))


def _unsubscribe(arguments: Arguments) -> Unsubscribe:
    clauses = arguments.clauses
    return Unsubscribe(quoted(arguments.plain[0]), _optional(clauses.get("mailto")), "one_click" in clauses)


# ---- how it is sent --------------------------------------------------------------------------------------------


def _rate(arguments: Arguments) -> Rate | None:
    return rate(arguments.plain[0])


def _size(arguments: Arguments) -> Size:
    size = _value(arguments.plain[0])
    assert isinstance(size, Size)
    return size


def _limit(arguments: Arguments) -> Limit:
    _, domain, argument = arguments.plain
    most = rate(argument)
    assert most
    return Limit(None if isinstance(domain, Word) else quoted(domain), most, count(arguments.clauses.get("burst")))


def _schedule(arguments: Arguments) -> Schedule:
    at = _value(arguments.clauses["at"])
    assert isinstance(at, datetime)
    return Schedule(at, _duration(arguments.clauses.get("expires")))


def _window(arguments: Arguments) -> Window:
    start, end = _value(arguments.plain[0]), _value(arguments.clauses["to"])
    assert isinstance(start, time)
    assert isinstance(end, time)
    days = arguments.clauses.get("on")
    return Window(start, end, weekdays=days is not None and named(days).value == "weekdays")


def _retry(arguments: Arguments) -> Retry:
    retry = Retry(attempts=count(arguments.plain[0] if arguments.plain else None))
    names = {"for": "period", "backoff": "backoff", "max": "longest"}
    waits: dict[str, Any] = {names[word]: _value(value) for word, value in arguments.clauses.items() if word in names}
    jitter = _value(arguments.clauses.get("jitter"))
    if isinstance(jitter, Percent):
        waits["jitter"] = jitter.fraction
    return replace(retry, **waits)


def _stop(arguments: Arguments) -> Stop:
    amount = _value(arguments.plain[1])
    if isinstance(amount, Percent):
        return Stop(amount)
    failures = count(arguments.plain[1])
    assert failures
    return Stop(failures)


_READERS: Mapping[str, Callable[[Arguments], object]] = {
    "formerly": _name,
    "header": _header,
    "inline": _inline,
    "key": _name,
    "kind": _word,
    "limit": _limit,
    "max_size": _size,
    "on_doubt": _word,
    "precedence": _word,
    "quota": _rate,
    "rate": _rate,
    "retry": _retry,
    "sample": _percent,
    "schedule": _schedule,
    "stop": _stop,
    "take": _number,
    "test": _texts,
    "title": _title,
    "unsubscribe": _unsubscribe,
    "window": _window,
    "workers": _number,
}
