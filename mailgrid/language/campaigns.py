"""Campaigns: from the settings of one campaign, merged, to a Campaign."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from mailgrid.language.arguments import Arguments, folder_of, quoted, rate, read_arguments, refuse
from mailgrid.language.ast import And, Argument, Expr, Literal, Statement, Where, Word
from mailgrid.language.campaign import Campaign, Driver, Header, Quoted, Retry, Stop
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.headers import check_headers
from mailgrid.language.names import Defined, Names
from mailgrid.language.project_transports import DEFAULT
from mailgrid.language.settings import Settings
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span
from mailgrid.language.values import Percent
from mailgrid.language.vocabulary import BODIES, VOCABULARY

__all__ = ["CampaignReader"]

T = TypeVar("T")

_NEEDED = ("source", "from", "subject")
# After one of these mistakes nobody knows where a block ends, so nobody knows what it lacks.
_TORN = frozenset({"MG101", "MG102", "MG112", "MG115", "MG118", "MG119"})


class CampaignReader:
    """Reads campaigns.

    Args:
        defined: what can be named.
        names: reads drivers.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, defined: Defined, names: Names, diagnostics: Diagnostics) -> None:
        self._defined = defined
        self._names = names
        self._diagnostics = diagnostics

    def check(self, defaults: Settings) -> None:
        """Report what is wrong with settings that perhaps no campaign uses."""
        self._fields(defaults)

    def __call__(self, statement: Statement, settings: Settings) -> Campaign | None:
        """Return the campaign; None, and diagnostics, where it lacks something."""
        name = self._name(statement)
        fields = self._fields(settings)
        if statement.block and not any(found.code in _TORN for found in self._diagnostics):
            self._check_complete(statement, settings)
        if name is None or not self._is_complete(fields):
            return None
        defined = self._defined
        fields["transport"] = fields["transport"] or defined.transports.get(DEFAULT)
        return Campaign(
            name=name.name,
            span=name.span,
            path=statement.span.text.path,
            folder=folder_of(statement.span),
            where=self._where(settings),
            segments=_known(defined.segments),
            lets=_known(defined.lets),
            sources=_known(defined.sources),
            **fields,
        )

    def _name(self, statement: Statement) -> Word | None:
        row = VOCABULARY["campaign"]
        arguments = read_arguments(statement, row, self._diagnostics)
        if arguments and statement.block is None:
            refuse(
                statement,
                f"a block: `campaign {statement.arguments[0].span.source} {{ ... }}`",
                None,
                self._diagnostics,
            )
        name = arguments.plain[0] if arguments else None
        return name if isinstance(name, Word) else None

    # ---- what it has to have -----------------------------------------------------------------------------------

    def _check_complete(self, statement: Statement, settings: Settings) -> None:
        name = statement.arguments[0] if statement.arguments else None
        span = name.span if isinstance(name, Word) else statement.keyword_span
        for keyword in _NEEDED:
            if keyword not in settings:
                self._report_missing(span, keyword, f"write `{VOCABULARY[keyword].example}`")
        if not any(body in settings for body in BODIES):
            examples = " or ".join(f"`{keyword} ...`" for keyword in BODIES)
            self._report_missing(span, "message", f"write {examples}")
        for body in ("html", "text"):
            if settings.get(body) and settings.get("template"):
                self._report_beside(settings[body][0], body)

    def _report_missing(self, span: Span, missing: str, hint: str) -> None:
        named = span.source if span.source != "campaign" else "..."
        missing = f"`{missing}`" if missing in VOCABULARY else missing
        self._diagnostics.add("MG209", span, campaign=named, missing=missing, suggestion=hint)

    def _report_beside(self, body: Statement | Where, keyword: str) -> None:
        assert isinstance(body, Statement)
        hint = 'a plain text beside it is a file too: `template "hello.html" text "hello.txt"`'
        if keyword == "html":
            hint = "keep one"
        self._diagnostics.add("MG212", body.keyword_span, found=keyword, other="template", suggestion=hint)

    @staticmethod
    def _is_complete(fields: Mapping[str, object]) -> bool:
        return all(field in fields for field in ("source", "sender", "subject"))

    # ---- settings ----------------------------------------------------------------------------------------------

    def _fields(self, settings: Settings) -> dict[str, Any]:
        """Return the fields of a Campaign that were written, each checked; one with a mistake is left out."""
        fields: dict[str, Any] = {"transport": None}
        for keyword, statements in settings.items():
            for statement in statements:
                if isinstance(statement, Statement):
                    self._field(fields, keyword, statement)
        if "headers" in fields:
            check_headers(fields["headers"], self._diagnostics)
        return fields

    def _field(self, fields: dict[str, Any], keyword: str, statement: Statement) -> None:
        if keyword in {"source", "transport"}:
            driver = self._driver(keyword, statement)
            if driver:
                fields[keyword] = driver
            return
        arguments = read_arguments(statement, VOCABULARY[keyword], self._diagnostics)
        if arguments is None:
            return
        match keyword:
            case "cc" | "bcc":
                fields[keyword] = (*fields.get(keyword, ()), quoted(arguments.plain[0]))
            case "header":
                name, value = arguments.plain
                fields["headers"] = (*fields.get("headers", ()), Header(quoted(name), quoted(value)))
            case "template":
                fields["template"] = quoted(arguments.plain[0])
                if "text" in arguments.clauses:
                    fields["template_text"] = quoted(arguments.clauses["text"])
            case "rate":
                fields["rate"] = rate(arguments.plain[0])
                fields["burst"] = _count(arguments.clauses.get("burst"))
            case "zone":
                self._check_zone(arguments.plain[0])
                fields["zone"] = quoted(arguments.plain[0])
            case _:
                fields[_FIELDS.get(keyword, keyword)] = _SIMPLE.get(keyword, _text)(arguments)

    def _driver(self, keyword: str, statement: Statement) -> Driver | None:
        if keyword == "source":
            return self._names.sources.used(statement, self._defined.sources)
        return self._names.transports.used(statement, self._defined.transports)

    def _check_zone(self, argument: Argument) -> None:
        zone = quoted(argument)
        try:
            ZoneInfo(zone.value)
        except (LookupError, ValueError, OSError):
            meant = nearest(zone.value, available_timezones())
            hint = f"did you mean `{meant}`?" if meant else 'write one like `"Europe/Paris"`, or `"UTC"`'
            edit = Edit(zone.span, f'"{meant}"') if meant else None
            self._diagnostics.add("MG220", zone.span, edit=edit, found=zone.value, suggestion=hint)

    @staticmethod
    def _where(settings: Settings) -> Expr | None:
        """Join the conditions with `and`."""
        wheres = [where.condition for where in settings.get("where", ()) if isinstance(where, Where)]
        conditions = tuple(condition for condition in wheres if condition)
        if len(conditions) <= 1:
            return conditions[0] if conditions else None
        return And(conditions[0].span, conditions)


# ---- one setting's value ---------------------------------------------------------------------------------------


def _value(argument: Argument | None) -> object:
    return argument.value if isinstance(argument, Literal) else None


def _count(argument: Argument | None) -> int | None:
    value = _value(argument)
    return int(value) if isinstance(value, Decimal) else None


def _text(arguments: Arguments) -> Quoted:
    return quoted(arguments.plain[0])


def _title(arguments: Arguments) -> str:
    return quoted(arguments.plain[0]).value


def _number(arguments: Arguments) -> int | None:
    return _count(arguments.plain[0])


def _name(arguments: Arguments) -> str:
    (word,) = arguments.plain
    assert isinstance(word, Word)
    return word.name


def _key(arguments: Arguments) -> Quoted:
    return Quoted(arguments.plain[0].span, _name(arguments), folder_of(arguments.plain[0].span))


def _retry(arguments: Arguments) -> Retry:
    retry = Retry(attempts=_count(arguments.plain[0] if arguments.plain else None))
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
    failures = _count(arguments.plain[1])
    assert failures
    return Stop(failures)


# Fields that have another name than their setting, and readers of those that are no text.
_FIELDS = {"from": "sender"}
_SIMPLE = {
    "key": _key,
    "kind": _name,
    "title": _title,
    "workers": _number,
    "take": _number,
    "retry": _retry,
    "stop": _stop,
}


def _known(defined: Mapping[str, T | None]) -> dict[str, T]:
    """Leave out what was defined wrongly."""
    return {name: value for name, value in defined.items() if value is not None}
