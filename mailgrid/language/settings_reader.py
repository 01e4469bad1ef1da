"""SettingsReader: from the settings of one campaign, merged, to the fields of a Campaign."""

from dataclasses import replace
from typing import Any

from mailgrid.language.arguments import Arguments, quoted, read_arguments, reference, refuse
from mailgrid.language.ast import Argument, Call, Statement, Word
from mailgrid.language.campaign import Dkim, Driver, Quoted, Reference, Suppression
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.fields import FIELDS, count, field_of, named
from mailgrid.language.headers import check_headers
from mailgrid.language.names import Defined, Names
from mailgrid.language.settings import Settings
from mailgrid.language.times import check_time
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["SettingsReader"]


class SettingsReader:
    """Reads settings.

    Args:
        defined: what can be named.
        names: reads drivers.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, defined: Defined, names: Names, diagnostics: Diagnostics) -> None:
        self._defined = defined
        self._names = names
        self._diagnostics = diagnostics

    def __call__(self, settings: Settings) -> dict[str, Any]:
        """Return the fields of a Campaign that were written, each checked; one with a mistake is left out.

        Variants are left to the reader of campaigns, and so is `where`.
        """
        fields: dict[str, Any] = {"transport": None}
        for keyword, statements in settings.items():
            for statement in statements:
                if isinstance(statement, Statement) and keyword != "variant":
                    self._field(fields, keyword, statement)
        if "headers" in fields:
            check_headers(fields["headers"], self._diagnostics)
        return fields

    def _field(self, fields: dict[str, Any], keyword: str, statement: Statement) -> None:
        value = self._value(keyword, statement, fields)
        if value is None:
            return
        name = FIELDS.get(keyword, keyword)
        fields[name] = (*fields.get(name, ()), value) if VOCABULARY[keyword].repeatable else value

    def _value(self, keyword: str, statement: Statement, fields: dict[str, Any]) -> object | None:
        """Return what one statement says; what it says beside goes into `fields`."""
        match keyword:
            case "source":
                return self._names.sources.used(statement, self._defined.sources)
            case "transport":
                return self._names.transports.used(statement, self._defined.transports)
            case "suppress":
                return self._suppression(statement)
        arguments = read_arguments(statement, VOCABULARY[keyword], self._diagnostics)
        if arguments is None:
            return None
        match keyword:
            case "template" if "text" in arguments.clauses:
                fields["template_text"] = quoted(arguments.clauses["text"])
            case "rate":
                fields["burst"] = count(arguments.clauses.get("burst"))
            case "schedule" | "window" | "zone":
                check_time(keyword, arguments, self._diagnostics)
            case "dkim":
                return self._dkim(arguments)
        return field_of(statement, arguments)

    def _suppression(self, statement: Statement) -> Suppression | None:
        """Read `suppress driver "location" [column NAME]`; the rest is what a source is."""
        arguments, column = list(statement.arguments), None
        words = [each.name if isinstance(each, Word) and not each.quoted else "" for each in arguments]
        if "column" in words[1:]:
            place = words.index("column", 1)
            name = arguments[place + 1] if place + 1 < len(arguments) else None
            if not isinstance(name, Word):
                refuse(statement, "the name of a column after `column`", name, self._diagnostics)
                return None
            column = named(name)
            del arguments[place : place + 2]
        source = self._source_of(replace(statement, arguments=tuple(arguments)))
        return Suppression(source, column) if source else None

    def _source_of(self, statement: Statement) -> Driver | None:
        return self._names.sources.used(statement, self._defined.sources)

    def _dkim(self, arguments: Arguments) -> Dkim | None:
        clauses = arguments.clauses
        key = self._key(clauses["key"])
        return Dkim(quoted(clauses["domain"]), quoted(clauses["selector"]), key) if key else None

    def _key(self, argument: Argument) -> Quoted | Reference | None:
        return reference(argument, self._diagnostics) if isinstance(argument, Call) else quoted(argument)
