"""Clauses behind a driver's name: options, like `preset "sendgrid"`, and `otherwise NAME` of a transport."""

from collections.abc import Iterable, Sequence

from mailgrid.hookspecs import Option
from mailgrid.language.ast import Argument, Block, Item, Junk, Statement, Word

__all__ = ["without_clauses", "without_otherwise"]


def without_clauses(
    arguments: Iterable[Argument], block: Block | None, declared: Sequence[Option]
) -> tuple[list[Argument], Block | None]:
    """Return the arguments without clauses, and the block with what they say: they mean the same in either place."""
    names = {option.name for option in declared if option.clause}
    pending, plain = list(arguments), list[Argument]()
    moved: list[Item] = []
    while pending:
        word = pending.pop(0)
        if not (isinstance(word, Word) and word.name in names):
            plain.append(word)
            continue
        values = (pending.pop(0),) if pending and not isinstance(pending[0], Junk) else ()
        span = word.span.to(values[-1].span) if values else word.span
        moved.append(Statement(span, word.name, word.span, values))
    if not moved:
        return plain, block
    return plain, Block(block.span if block else moved[0].span, (*moved, *(block.items if block else ())))


def without_otherwise(arguments: Sequence[Argument]) -> tuple[list[Argument], Word | None]:
    """Return the arguments without `otherwise NAME`, and that name. Nothing is a clause that lacks its name."""
    for index, word in enumerate(arguments[:-1]):
        name = arguments[index + 1]
        if isinstance(word, Word) and word.name == "otherwise" and isinstance(name, Word):
            return [*arguments[:index], *arguments[index + 2 :]], name
    return list(arguments), None
