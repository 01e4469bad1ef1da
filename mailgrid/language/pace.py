"""Pace: `rate`, `workers`, `quota` and `max_size` in the block of a named transport, for all who send through it."""

from collections.abc import Collection
from typing import Any

from mailgrid.language.arguments import read_arguments
from mailgrid.language.ast import Block, Statement
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.fields import count, field_of
from mailgrid.language.settings import collect
from mailgrid.language.vocabulary import VOCABULARY
from mailgrid.language.written import Setting

__all__ = ["PACE", "read_pace"]

#: The settings of a campaign that a named transport has too, whatever its driver.
PACE = ("rate", "workers", "quota", "max_size")


def read_pace(block: Block | None, keywords: Collection[str], diagnostics: Diagnostics) -> dict[str, Any]:
    """Return the fields of a Driver that are written in its block, each checked; one with a mistake is left out.

    Args:
        block: the transport's.
        keywords: those of `PACE` that are no options of its driver.
        diagnostics: where mistakes are reported.
    """
    items = block.items if block else ()
    written = [item for item in items if isinstance(item, Statement) and item.keyword in keywords]
    fields: dict[str, Any] = {}
    for keyword, (statement, *_) in collect(written, diagnostics).items():
        assert isinstance(statement, Statement)
        arguments = read_arguments(statement, VOCABULARY[keyword], diagnostics)
        if arguments:
            value = field_of(statement, arguments)
            fields[keyword] = Setting(statement.span, value) if keyword == "quota" else value
        if arguments and "burst" in arguments.clauses:
            fields["burst"] = count(arguments.clauses["burst"])
    return fields
