"""Transports that `mailgrid.toml` declares: its tables `[transport.NAME]` become the statements they stand for.

    [transport.relay]
    driver = "smtp"
    host = "relay.example.org"
    password = { secret = "RELAY_PASSWORD" }

is `transport relay smtp { ... }`, with the places of the TOML file, so that a mistake is shown where it was made. A
campaign file that declares a transport of the same name itself has its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from mailgrid.hookspecs import Option, OptionType, TransportKind
from mailgrid.language.ast import Argument, Block, Call, File, Kind, List, Literal, Statement, Word
from mailgrid.language.imports import Module
from mailgrid.language.pace import PACE
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["DEFAULT", "Tables", "with_transports"]

#: The transport of a campaign that names none.
DEFAULT = "default"

_Table = Mapping[str, object]


@value
class Tables:
    """The tables `[transport.NAME]` by name, each with a `driver`, and the file: where it is, how messages call it.

    Those in `own` stand in the environment, `[env.ENVIRONMENT.transport.NAME]`.
    """

    path: Path
    name: str
    transports: Mapping[str, _Table]
    environment: str = ""
    own: frozenset[str] = frozenset()

    def header(self, name: str) -> tuple[str, ...]:
        """Return the header of a table, part by part."""
        return ("env", self.environment, "transport", name) if name in self.own else ("transport", name)


def with_transports(module: Module, text: Text, tables: Tables, kinds: Mapping[str, TransportKind]) -> Module:
    """Return the module as if it imported the transports that it does not declare itself.

    Args:
        module: a campaign file, with its imports.
        text: the text of `mailgrid.toml`.
        tables: what it declares.
        kinds: the drivers that there are.
    """
    text = replace(text, foreign=True)
    own = set(_declared(module))
    statements = [
        _statement(text, tables.header(name), table, kinds)
        for name, table in tables.transports.items()
        if name not in own
    ]
    if not statements:
        return module
    file = File(Span(text, 0, len(text.content)), tuple(statements))
    return replace(module, imports=(Module(text, file), *module.imports))


def _declared(module: Module) -> Iterator[str]:
    for each in module.walk():
        for item in each.file.items:
            match item:
                case Statement(keyword="transport", arguments=(Word(name=name), *_)):
                    yield name
                case _:
                    pass


def _statement(text: Text, header: tuple[str, ...], table: _Table, kinds: Mapping[str, TransportKind]) -> Statement:
    places, name = _Places(text, header), header[-1]
    driver = str(table["driver"])
    options = {option.name: option for option in kinds[driver].options} if driver in kinds else {}
    arguments: list[Argument] = [Word(places.header, name), Word(places.of("driver"), driver)]
    if "location" in table and "location" not in options:
        arguments.append(_value(places.of("location"), table["location"]))
    if "otherwise" in table and "otherwise" not in options:
        place = places.of("otherwise")
        arguments += [Word(places.key("otherwise"), "otherwise"), Word(place, str(table["otherwise"]))]
    settings = [
        Statement(
            places.line(key), key, places.key(key), tuple(_arguments(places.of(key), key, value, options.get(key)))
        )
        for key, value in table.items()
        if key not in {"driver", "location", "otherwise"} - options.keys()
    ]
    block = Block(places.header, tuple(settings)) if settings else None
    return Statement(places.header, "transport", places.header, tuple(arguments), None, block)


class _Places:
    """Where the parts of one table stand; the whole file's start for what cannot be found.

    Args:
        text: the text of `mailgrid.toml`.
        header: the table's, part by part.
    """

    def __init__(self, text: Text, header: tuple[str, ...]) -> None:
        self._text = text
        parts = r"\s*\.\s*".join(rf"""["']?{re.escape(part)}["']?""" for part in header)
        found = re.search(rf"^[ \t]*\[\s*{parts}\s*\]", text.content, re.MULTILINE)
        self.header = Span(text, *found.span()) if found else Span(text, 0, 0)
        following = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text.content, self.header.end) if found else None
        self._end = following.start() if following else len(text.content)

    def key(self, key: str) -> Span:
        """Return a key's place."""
        return self._part(key, "key")

    def of(self, key: str) -> Span:
        """Return the place of a key's value."""
        return self._part(key, "value")

    def line(self, key: str) -> Span:
        """Return the place of a key with its value."""
        return self._part(key, 0)

    def _part(self, key: str, part: str | int) -> Span:
        pattern = rf"""^[ \t]*(?P<key>["']?{re.escape(key)}["']?)[ \t]*=[ \t]*(?P<value>[^\n]*[^\s])"""
        found = re.compile(pattern, re.MULTILINE).search(self._text.content, self.header.end, self._end)
        return Span(self._text, *found.span(part)) if found else self.header


# ---- values ------------------------------------------------------------------------------------------------------


def _arguments(span: Span, key: str, value: object, option: Option | None) -> Iterator[Argument]:
    """Yield what would be written after the option's name in a campaign file."""
    if option is None and key in PACE and isinstance(value, str):
        for word in value.split():  # `10/s burst 5`
            yield Word(span, word) if word.isalpha() else _written(span, word)
        return
    if isinstance(value, str) and option:
        if value in option.choices:
            yield Word(span, value)
            return
        if option.unit and value.endswith(f" {option.unit}"):
            yield _written(span, value.removesuffix(option.unit).strip())
            yield Word(span, option.unit)
            return
        if option.type in {OptionType.DURATION, OptionType.SIZE}:
            yield _written(span, value)
            return
    yield _value(span, value)
    if option and option.unit and isinstance(value, int):
        yield Word(span, option.unit)


def _value(span: Span, value: object) -> Argument:
    match value:
        case bool():
            return Literal(span, Kind.YES_NO, value)
        case int() | float():
            return Literal(span, Kind.NUMBER, Decimal(str(value)))
        case list():
            return List(span, tuple(_value(span, item) for item in value))
        case {"secret": name, **rest} if not rest:
            return Call(span, "secret", (Literal(span, Kind.TEXT, str(name)),), span)
        case {"env": name, **rest} if rest.keys() <= {"default"}:
            words = (name, *rest.values())
            return Call(span, "env", tuple(Literal(span, Kind.TEXT, str(word)) for word in words), span)
        case _:
            return Literal(span, Kind.TEXT, str(value))


def _written(span: Span, value: str) -> Literal:
    """Read a value as it would be written in a campaign file, like `30s`."""
    from mailgrid.language.parser import parse_literal

    return replace(parse_literal(Text(span.text.name, value)), span=span)
