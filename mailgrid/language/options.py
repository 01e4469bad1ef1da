"""Options: what stands in a driver's `{ }`, typed as its plugin declares."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from mailgrid.hookspecs import Option, OptionType
from mailgrid.language.arguments import reference
from mailgrid.language.ast import Argument, Block, Call, Junk, Kind, List, Literal, Statement, Word
from mailgrid.language.campaign import Setting
from mailgrid.language.diagnostics import Diagnostics, Edit, Note
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span
from mailgrid.language.values import Size
from mailgrid.language.vocabulary import CAMPAIGN, VOCABULARY

__all__ = ["Declared", "missing_options", "read_options"]

#: The options that each driver declares, by the driver's name.
Declared = Mapping[str, Sequence[Option]]

_WANTED = {
    OptionType.TEXT: "a text in quotes",
    OptionType.INTEGER: "a whole number",
    OptionType.NUMBER: "a number",
    OptionType.FLAG: "`true`, `false` or nothing",
    OptionType.DURATION: "a duration like 30s or 5m",
    OptionType.SIZE: "a size like 25MB",
    OptionType.SECRET: '`secret("NAME")`',
    OptionType.PATH: "a path in quotes",
    OptionType.LIST: "texts in quotes",
}


def read_options(
    driver: str, block: Block | None, declared: Declared, diagnostics: Diagnostics, besides: Sequence[str] = ()
) -> dict[str, Setting]:
    """Return the options that are written in a driver's block, each checked. One with a mistake is left out.

    `besides` are settings that may stand there too, and that somebody else reads.
    """
    known = {option.name: option for option in declared[driver]}
    seen: dict[str, Statement] = {}
    settings: dict[str, Setting] = {}
    for item in block.items if block else ():
        if isinstance(item, Junk) or (isinstance(item, Statement) and item.keyword in besides):
            continue
        if not isinstance(item, Statement):
            _report_unknown(item.span, driver, declared, besides, diagnostics)
        elif item.keyword not in known:
            meant = known.get(nearest(item.keyword, known) or "")
            if meant and meant.type is OptionType.SECRET and not _is_outside(item.arguments):
                _refuse(item, meant, driver, diagnostics)  # first of all the line must not be shown
            else:
                _report_unknown(item.keyword_span, driver, declared, besides, diagnostics)
        elif item.keyword in seen:
            note = Note("first set here", seen[item.keyword].keyword_span)
            diagnostics.add("MG203", item.keyword_span, notes=(note,), found=item.keyword)
        elif begun := _begun(item, known[item.keyword], (*known, *besides)):
            hint = f"`{begun.name}` is an option of its own: begin a new line before it"
            wanted = _wanted(known[item.keyword])
            diagnostics.add("MG204", begun.span, hint=hint, setting=item.keyword, wanted=wanted, suggestion="")
        else:
            seen[item.keyword] = item
            if setting := _read(item, known[item.keyword], driver, diagnostics):
                settings[item.keyword] = setting
    return settings


def missing_options(declared: Sequence[Option], block: Block | None) -> list[str]:
    """Return the names of options that have to be written, and are not; a misspelt one is reported as that only."""
    names = [option.name for option in declared]
    keywords = [item.keyword for item in block.items if isinstance(item, Statement)] if block else []
    written = {keyword if keyword in names else nearest(keyword, names) for keyword in keywords}
    return [option.name for option in declared if option.required and option.name not in written]


def _report_unknown(
    span: Span, driver: str, declared: Declared, besides: Sequence[str], diagnostics: Diagnostics
) -> None:
    """Say what was meant, or who has it: the campaign or another driver, or which options there are."""
    found = span.source.split(maxsplit=1)[0]
    names = [*(option.name for option in declared[driver]), *besides]
    if meant := nearest(found, names):
        edit = Edit(span, meant)
        diagnostics.add("MG206", span, edit=edit, driver=driver, found=found, suggestion=f"did you mean `{meant}`?")
        return
    hint = f"options of `{driver}`: {', '.join(names)}" if names else f"`{driver}` has no options"
    if others := [f"`{other}`" for other, options in declared.items() if found in {each.name for each in options}]:
        hint = f"{' and '.join(others)} {'has' if len(others) == 1 else 'have'} it; {hint}"
    elif found in VOCABULARY and CAMPAIGN in VOCABULARY[found].places:
        hint = f"`{found}` is a setting of the campaign: move it out of this `{{ }}`"
    diagnostics.add("MG206", span, driver=driver, found=found, suggestion=hint)


def _begun(statement: Statement, option: Option, names: Sequence[str]) -> Word | None:
    """Return the word that begins another option on the same line; a secret that is written out comes first."""
    first, *others = statement.arguments or (None,)
    if option.type is OptionType.SECRET and not isinstance(first, Call):
        return None
    return next((each for each in others if isinstance(each, Word) and each.name in names), None)


# ---- one option ------------------------------------------------------------------------------------------------


def _read(statement: Statement, option: Option, driver: str, diagnostics: Diagnostics) -> Setting | None:
    """Return one option's value; None, and a diagnostic, where it is of another type."""
    if any(isinstance(argument, Junk) for argument in statement.arguments):
        return None
    for extra, what in ((statement.where, "`where`"), (statement.block, "block")):
        if extra:
            diagnostics.add("MG214", extra.span, found=option.name, what=what, suggestion="")
            return None
    arguments, has_unit = _without_unit(statement.arguments, option)
    if _is_outside(arguments):
        found = reference(arguments[0], diagnostics)
        return Setting(arguments[0].span, found) if found else None
    value: object | None = _word(arguments, option)
    if value is None and option.type in _READERS:
        value = _READERS[option.type](arguments)
        value = None if option.unit and not has_unit else value
    if value is None:
        _refuse(statement, option, driver, diagnostics)
        return None
    return Setting(arguments[0].span.to(arguments[-1].span) if arguments else statement.keyword_span, value)


def _without_unit(arguments: tuple[Argument, ...], option: Option) -> tuple[tuple[Argument, ...], bool]:
    """Return `100` of `100 messages`, and whether the unit was there."""
    if option.unit and arguments and isinstance(arguments[-1], Word) and arguments[-1].name == option.unit:
        return arguments[:-1], True
    return arguments, False


def _is_outside(arguments: tuple[Argument, ...]) -> bool:
    """Tell whether `env("X")` or `secret("X")` is written, which may stand for any option."""
    return len(arguments) == 1 and isinstance(arguments[0], Call)


def _word(arguments: tuple[Argument, ...], option: Option) -> str | None:
    """Return a bare word that is one of the option's choices."""
    word = arguments[0] if len(arguments) == 1 else None
    return word.name if isinstance(word, Word) and word.name in option.choices else None


def _refuse(statement: Statement, option: Option, driver: str, diagnostics: Diagnostics) -> None:
    """Report a value of another type; never repeat one that may be a secret."""
    first = statement.arguments[0] if statement.arguments else None
    span = first.span if first else statement.keyword_span
    if option.type is OptionType.SECRET and statement.arguments:
        whole = span.to(statement.arguments[-1].span)
        diagnostics.add("MG603", whole, found=option.name, name=f"{driver}_{option.name}".upper())
        return
    wanted = _wanted(option)
    if isinstance(first, Word) and (meant := nearest(first.name, option.choices)):
        hint = f"did you mean `{meant}`?"
        diagnostics.add("MG204", span, edit=Edit(span, meant), setting=option.name, wanted=wanted, suggestion=hint)
        return
    diagnostics.add("MG204", span, setting=option.name, wanted=wanted, suggestion=option.help)


def _wanted(option: Option) -> str:
    words = [f"`{choice}`" for choice in option.choices]
    if option.type in _WANTED:
        words.append(f"{_WANTED[option.type]}{f' and `{option.unit}`' if option.unit else ''}")
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


# ---- types -----------------------------------------------------------------------------------------------------


def _one(arguments: tuple[Argument, ...], kind: Kind) -> object | None:
    argument = arguments[0] if len(arguments) == 1 else None
    return argument.value if isinstance(argument, Literal) and argument.kind is kind else None


def _text(arguments: tuple[Argument, ...]) -> object | None:
    """Read a text; a bare word like `utf-8` is one too, for it can be nothing else here."""
    if len(arguments) == 1 and isinstance(arguments[0], Word) and not arguments[0].quoted:
        return arguments[0].name
    return _one(arguments, Kind.TEXT)


def _integer(arguments: tuple[Argument, ...]) -> object | None:
    number = _one(arguments, Kind.NUMBER)
    return int(number) if isinstance(number, Decimal) and number == int(number) else None


def _flag(arguments: tuple[Argument, ...]) -> object | None:
    return _one(arguments, Kind.YES_NO) if arguments else True


def _size(arguments: tuple[Argument, ...]) -> object | None:
    size = _one(arguments, Kind.SIZE)
    return size.octets if isinstance(size, Size) else None


def _texts(arguments: tuple[Argument, ...]) -> object | None:
    items = arguments[0].items if len(arguments) == 1 and isinstance(arguments[0], List) else arguments
    texts = [item.value for item in items if isinstance(item, Literal) and item.kind is Kind.TEXT]
    return tuple(texts) if items and len(texts) == len(items) else None


_READERS: dict[OptionType, Callable[[tuple[Argument, ...]], object | None]] = {
    OptionType.TEXT: _text,
    OptionType.INTEGER: _integer,
    OptionType.NUMBER: lambda arguments: _one(arguments, Kind.NUMBER),
    OptionType.FLAG: _flag,
    OptionType.DURATION: lambda arguments: _one(arguments, Kind.DURATION),
    OptionType.SIZE: _size,
    OptionType.PATH: lambda arguments: _one(arguments, Kind.TEXT),
    OptionType.LIST: _texts,
}
