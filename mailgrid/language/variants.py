"""Variants: how a campaign's people are parted among its variants."""

from collections.abc import Sequence
from decimal import Decimal

from mailgrid.language.arguments import read_arguments, refuse
from mailgrid.language.ast import Expr, Literal, Statement, Word
from mailgrid.language.diagnostics import Diagnostics, Note
from mailgrid.language.settings import Settings, collect_variant
from mailgrid.language.text import Span
from mailgrid.language.values import Percent
from mailgrid.language.vocabulary import VOCABULARY
from mailgrid.value import value

__all__ = ["Part", "read_parts"]

_ALL = Decimal(100)


@value
class Part:
    """A variant as it is written: `share` is its percentage, or what the others leave of 100; `settings` its own."""

    span: Span
    name: str
    share: Decimal
    where: Expr | None
    settings: Settings


def read_parts(statements: Sequence[Statement], diagnostics: Diagnostics, *, complete: bool = True) -> tuple[Part, ...]:
    """Read the variants of a campaign; those with a mistake are left out, and reported.

    Args:
        statements: the variants.
        diagnostics: where mistakes are reported.
        complete: these are all, so they have to add up; those of `defaults` are not.
    """
    read = [(statement, _read(statement, diagnostics)) for statement in statements]
    found = [(statement, *each) for statement, each in read if each]
    _check_names([name for _, name, _ in found], diagnostics)
    complete = complete and len(found) == len(statements)
    shares = _shares([percent for _, _, percent in found], diagnostics) if complete else []
    return tuple(
        Part(
            name.span,
            name.name,
            share,
            statement.where.condition if statement.where else None,
            collect_variant(statement, diagnostics),
        )
        for (statement, name, _), share in zip(found, shares or [_ALL] * len(found), strict=True)
    )


def _read(statement: Statement, diagnostics: Diagnostics) -> tuple[Word, Literal | None] | None:
    """Return a variant's name and percentage."""
    arguments = read_arguments(statement, VOCABULARY["variant"], diagnostics)
    if arguments is None:
        return None
    name, *percent = arguments.plain
    assert isinstance(name, Word)
    if statement.block is None:
        refuse(statement, f"a block: `variant {name.span.source} {{ ... }}`", None, diagnostics)
        return None
    return name, next((each for each in percent if isinstance(each, Literal)), None)


def _check_names(names: Sequence[Word], diagnostics: Diagnostics) -> None:
    first: dict[str, Word] = {}
    for name in names:
        if first.setdefault(name.name, name) is not name:
            note = Note("first defined here", first[name.name].span)
            diagnostics.add("MG211", name.span, notes=(note,), what="variant", found=name.name)


def _shares(percents: Sequence[Literal | None], diagnostics: Diagnostics) -> list[Decimal]:
    """Return everybody's share: those without a percentage have the rest in common."""
    if not percents:
        return []
    written = [_value(percent) for percent in percents if percent]
    rest, without = _ALL - sum(written), len(percents) - len(written)
    if rest < 0 or (rest > 0 and not without) or (rest == 0 and without):
        last = [percent for percent in percents if percent][-1]
        _report(last, rest + _value(last), _ALL - rest, diagnostics, alone=without > 0)
    return [_value(percent) if percent else rest / without for percent in percents]


def _report(last: Literal, fitting: Decimal, total: Decimal, diagnostics: Diagnostics, *, alone: bool) -> None:
    """Say what percentage would make them 100."""
    hint = "" if fitting > 0 else "make the percentages smaller"
    if alone and fitting > 0:
        hint = "make the percentages smaller: nothing is left for the one without"
    diagnostics.add("MG602", last.span, hint=hint, total=f"{total.normalize():f}", fitting=f"{fitting.normalize():f}")


def _value(percent: Literal) -> Decimal:
    assert isinstance(percent.value, Percent)
    return percent.value.value
