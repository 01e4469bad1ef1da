"""Arguments: from what stands after a statement's keyword to values, as the vocabulary's row says."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from decimal import Decimal
from pathlib import Path

from mailgrid.language.ast import Argument, Call, Junk, Kind, Literal, Statement, Word
from mailgrid.language.campaign import Quoted, Reference
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.literals import as_rate
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate
from mailgrid.language.vocabulary import VOCABULARY, Row, Slot, Type
from mailgrid.value import value

__all__ = ["Arguments", "folder_of", "quoted", "rate", "read_arguments", "reference", "refuse"]


@value
class Arguments:
    """The arguments of one statement, each as it was written: those in order, and those behind a word of their own."""

    plain: tuple[Argument, ...] = ()
    clauses: Mapping[str, Argument] = field(default_factory=dict)


def read_arguments(statement: Statement, row: Row, diagnostics: Diagnostics) -> Arguments | None:
    """Sort a statement's arguments into the row's places; None, and a diagnostic, where they do not fit."""
    if any(isinstance(argument, Junk) for argument in statement.arguments):
        return None
    pending = list(statement.arguments)
    plain: list[Argument] = []
    for slot in row.slots:
        if not _take(slot, row, pending, plain):
            _refuse(statement, row, slot, pending, diagnostics)
            return None
    clauses: dict[str, Argument] = {}
    while pending:
        word = _clause(pending[0], row)
        length = _length(word, row)
        if (
            word is None
            or word in clauses
            or len(pending) < length
            or not _fits(pending[length - 1], row.clauses[word])
        ):
            _refuse_clause(statement, row, pending, diagnostics)
            return None
        clauses[word] = pending[length - 1]
        del pending[:length]
    if any(word not in clauses for word in row.needed):
        refuse(statement, row.wanted, None, diagnostics)
        return None
    return Arguments(tuple(plain), clauses)


def _take(slot: Slot, row: Row, pending: list[Argument], plain: list[Argument]) -> bool:
    """Move the arguments of a place from `pending` to `plain`; tell whether all that it needs was there."""
    found = 0
    while pending and (slot.many or not found) and _fits(pending[0], slot):
        if slot.optional and _clause(pending[0], row):
            break
        plain.append(pending.pop(0))
        found += 1
    return bool(found) or slot.optional


def _length(word: str | None, row: Row) -> int:
    """Return how many arguments a clause is, its word included."""
    return 1 if word and row.clauses[word].type is Type.NOTHING else 2


def quoted(argument: Argument) -> Quoted:
    """Return a text that stands in quotes, with its place."""
    assert isinstance(argument, Literal)
    return Quoted(argument.span, str(argument.value), folder_of(argument.span))


def reference(argument: object, diagnostics: Diagnostics) -> Reference | None:
    """Read `env("X")`, `env("X", "default")` or `secret("X")`; None where it is no call, or a wrong one."""
    if not isinstance(argument, Call):
        return None
    texts = [each.value for each in argument.arguments if isinstance(each, Literal) and isinstance(each.value, str)]
    most = {"env": 2, "secret": 1}.get(argument.name, 0)
    if len(texts) != len(argument.arguments) or not 1 <= len(texts) <= most or not texts[0]:
        wanted = {"env": 'a name like `env("HOST")`', "secret": 'a name like `secret("PASSWORD")`'}
        known = wanted.get(argument.name)
        if known:
            diagnostics.add("MG204", argument.span, setting=argument.name, wanted=known, suggestion="")
        else:
            diagnostics.add("MG213", argument.span, found=argument.name)
        return None
    return Reference(argument.span, argument.name, texts[0], texts[1] if len(texts) > 1 else None)


def rate(argument: Argument) -> Rate | None:
    """Return a rate above zero, written as one or in quotes; None where it is something else."""
    if not isinstance(argument, Literal):
        return None
    value = as_rate(argument.value) if isinstance(argument.value, str) else argument.value
    return value if isinstance(value, Rate) and value.count > 0 else None


def folder_of(span: Span) -> Path:
    """Return the folder of the file that a place is in; relative paths in it are meant from there."""
    return span.text.path.parent if span.text.path else Path()


def _clause(argument: Argument, row: Row) -> str | None:
    """Return the clause that begins with this argument, or None."""
    return argument.name if isinstance(argument, Word) and argument.name in row.clauses else None


# ---- does it fit -----------------------------------------------------------------------------------------------


def _fits(argument: Argument, slot: Slot) -> bool:
    return _FITS[slot.type](argument, slot)


def _is_text(argument: Argument, slot: Slot) -> bool:
    if isinstance(argument, Word):
        return argument.name in slot.words
    return isinstance(argument, Literal) and argument.kind is Kind.TEXT


def _is_name(argument: Argument, slot: Slot) -> bool:
    return isinstance(argument, Word) and (not slot.words or argument.name in slot.words)


def _is_count(argument: Argument, slot: Slot) -> bool:
    if not (isinstance(argument, Literal) and isinstance(argument.value, Decimal)):
        return False
    number = argument.value
    return number == int(number) and number >= slot.least and (slot.most is None or number <= slot.most)


def _is_percent(argument: Argument, slot: Slot) -> bool:
    if not (isinstance(argument, Literal) and isinstance(argument.value, Percent)):
        return False
    value = argument.value.value
    return (value > 0 or not slot.least) and value <= (slot.most or 100)


def _is_rate(argument: Argument, _slot: Slot) -> bool:
    return rate(argument) is not None


def _is_key(argument: Argument, slot: Slot) -> bool:
    return _is_text(argument, slot) or isinstance(argument, Call)


def _is(kind: Kind) -> Callable[[Argument, Slot], bool]:
    return lambda argument, _slot: isinstance(argument, Literal) and argument.kind is kind


_FITS: dict[Type, Callable[[Argument, Slot], bool]] = {
    Type.TEXT: _is_text,
    Type.NAME: _is_name,
    Type.COUNT: _is_count,
    Type.RATE: _is_rate,
    Type.DURATION: _is(Kind.DURATION),
    Type.DATETIME: _is(Kind.DATETIME),
    Type.TIME: _is(Kind.TIME),
    Type.KEY: _is_key,
    Type.NOTHING: lambda _argument, _slot: True,
    Type.SIZE: _is(Kind.SIZE),
    Type.PERCENT: _is_percent,
    Type.AMOUNT: lambda argument, slot: _is_count(argument, slot) or _is_percent(argument, slot),
}


# ---- where it does not -----------------------------------------------------------------------------------------


def refuse(
    statement: Statement,
    wanted: str,
    culprit: Argument | None,
    diagnostics: Diagnostics,
    example: str = "",
) -> None:
    """Report that a statement wants something else than `culprit`, which is None where an argument is missing."""
    span = culprit.span if culprit else statement.keyword_span
    setting = statement.keyword
    if isinstance(culprit, Word) and culprit.name in VOCABULARY and culprit is not statement.arguments[0]:
        hint = f"`{culprit.name}` is a setting of its own: begin a new line before it"
        diagnostics.add("MG204", span, hint=hint, setting=setting, wanted=wanted, suggestion="")
        return
    example = example or VOCABULARY[setting].example
    diagnostics.add("MG204", span, setting=setting, wanted=wanted, suggestion=f"for example `{example}`")


def _refuse(
    statement: Statement,
    row: Row,
    slot: Slot,
    pending: list[Argument],
    diagnostics: Diagnostics,
) -> None:
    """Report that the next argument is missing or of another type; put right what is plainly meant."""
    culprit = pending[0] if pending else None
    setting, wanted = statement.keyword, row.wanted
    if isinstance(culprit, Word) and slot.words and (meant := nearest(culprit.name, slot.words)):
        edit = Edit(culprit.span, meant)
        hint = f"did you mean `{meant}`?"
        diagnostics.add("MG204", culprit.span, edit=edit, setting=setting, wanted=wanted, suggestion=hint)
    elif isinstance(culprit, Word) and slot.type is Type.TEXT and culprit.name not in VOCABULARY:
        edit = Edit(culprit.span, f'"{culprit.name}"')
        hint = f'write `"{culprit.name}"`'
        diagnostics.add("MG204", culprit.span, edit=edit, setting=setting, wanted=wanted, suggestion=hint)
    elif isinstance(culprit, Literal) and slot.type is Type.NAME and not slot.words:
        name = str(culprit.value)
        bare = Edit(culprit.span, name) if name.isidentifier() else None
        hint = "a name has no quotes"
        diagnostics.add("MG204", culprit.span, edit=bare, setting=setting, wanted=wanted, suggestion=hint)
    else:
        refuse(statement, wanted, culprit, diagnostics)


def _refuse_clause(statement: Statement, row: Row, pending: list[Argument], diagnostics: Diagnostics) -> None:
    """Report an argument that is one too many, or a clause that is not right."""
    first = pending[0]
    word = _clause(first, row)
    if word and len(pending) > 1:
        slot = row.clauses[word]
        choices = " or ".join(f"`{choice}`" for choice in slot.words)
        named = replace(row, wanted=f"{choices or slot.type.value} after `{word}`")
        if isinstance(pending[1], Word) and nearest(pending[1].name, slot.words):
            _refuse(statement, named, slot, pending[1:], diagnostics)
        else:
            refuse(statement, named.wanted, pending[1], diagnostics)
    elif isinstance(first, Word) and (meant := nearest(first.name, row.clauses)) and not word:
        edit, hint = Edit(first.span, meant), f"did you mean `{meant}`?"
        diagnostics.add("MG204", first.span, edit=edit, setting=row.keyword, wanted=row.wanted, suggestion=hint)
    else:
        refuse(statement, row.wanted, first, diagnostics)
