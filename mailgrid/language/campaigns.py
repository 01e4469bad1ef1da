"""Campaigns: from the settings of one campaign, merged, to a Campaign."""

from collections.abc import Mapping
from typing import Any, TypeVar

from mailgrid.language.arguments import folder_of, read_arguments, refuse
from mailgrid.language.ast import And, Expr, Statement, Where, Word
from mailgrid.language.campaign import Campaign, Variant
from mailgrid.language.completeness import check_complete, is_torn
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.names import Defined, Names
from mailgrid.language.project_transports import DEFAULT
from mailgrid.language.settings import Settings, merge
from mailgrid.language.settings_reader import SettingsReader
from mailgrid.language.text import Span
from mailgrid.language.variants import Part, read_parts
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["CampaignReader"]

T = TypeVar("T")


class CampaignReader:
    """Reads campaigns.

    Args:
        defined: what can be named.
        names: reads drivers.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, defined: Defined, names: Names, diagnostics: Diagnostics) -> None:
        self._defined = defined
        self._diagnostics = diagnostics
        self._read = SettingsReader(defined, names, diagnostics)

    def check(self, defaults: Settings) -> None:
        """Report what is wrong with settings that perhaps no campaign uses."""
        self._read(defaults)
        self._parts(defaults, complete=False)

    def __call__(self, statement: Statement, settings: Settings) -> Campaign | None:
        """Return the campaign; None, and diagnostics, where it lacks something."""
        name = self._name(statement)
        parts = self._parts(settings)
        own = {keyword: found for keyword, found in settings.items() if keyword != "variant"}
        wordings = [merge(part.settings, own) for part in parts]
        read = [self._read(each) for each in wordings]
        everybody = [index for index, part in enumerate(parts) if part.where is None]
        if statement.block and not is_torn(self._diagnostics):
            check_complete(statement, [wordings[index] for index in everybody] or [own], self._diagnostics)
        fields = self._read(own)
        if everybody:  # then nobody gets the campaign's own wording, so it need not be whole
            fields = read[everybody[0]] | fields
        if name is None or not all(map(_is_complete, (fields, *read))):
            return None
        whole = [self._campaign(name, statement, settings, each) for each in read]
        fields["variants"] = tuple(_variant(part, each) for part, each in zip(parts, whole, strict=True))
        return self._campaign(name, statement, settings, fields)

    def _campaign(self, name: Word, statement: Statement, settings: Settings, fields: dict[str, Any]) -> Campaign:
        defined = self._defined
        fields["transport"] = fields["transport"] or defined.transports.get(DEFAULT)
        return Campaign(
            name=name.name,
            span=name.span,
            path=statement.span.text.path,
            folder=folder_of(statement.span),
            where=_joined(settings),
            segments=_known(defined.segments),
            lets=_known(defined.lets),
            sources=_known(defined.sources),
            transports=_known(defined.transports),
            observers=tuple(defined.observers),
            places=_places(settings),
            body=_brace(statement),
            **fields,
        )

    def _parts(self, settings: Settings, *, complete: bool = True) -> tuple[Part, ...]:
        statements = [each for each in settings.get("variant", ()) if isinstance(each, Statement)]
        return read_parts(statements, self._diagnostics, complete=complete)

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


def _is_complete(fields: Mapping[str, object]) -> bool:
    return all(field in fields for field in ("source", "sender", "subject"))


def _variant(part: Part, campaign: Campaign) -> Variant:
    return Variant(part.span, part.name, float(part.share) / 100, part.where, campaign)


def _joined(settings: Settings) -> Expr | None:
    """Join the conditions with `and`."""
    wheres = [where.condition for where in settings.get("where", ()) if isinstance(where, Where)]
    conditions = tuple(condition for condition in wheres if condition)
    if len(conditions) <= 1:
        return conditions[0] if conditions else None
    return And(conditions[0].span, conditions)


def _places(settings: Settings) -> dict[str, tuple[Span, ...]]:
    """Return where each setting stands, those in variants included."""
    found: dict[str, tuple[Span, ...]] = {}
    for keyword, statements in settings.items():
        for each in statements:
            if isinstance(each, Statement):
                found[keyword] = (*found.get(keyword, ()), each.keyword_span)
                for item in each.block.items if each.block and keyword == "variant" else ():
                    if isinstance(item, Statement):
                        found[item.keyword] = (*found.get(item.keyword, ()), item.keyword_span)
    return {keyword: places for keyword, places in found.items() if places}


def _brace(statement: Statement) -> Span | None:
    block = statement.block
    return Span(block.span.text, block.span.start, block.span.start + 1) if block else None


def _known(defined: Mapping[str, T | None]) -> dict[str, T]:
    """Leave out what was defined wrongly."""
    return {name: value for name, value in defined.items() if value is not None}
