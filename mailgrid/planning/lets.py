"""Lets: the values of a campaign's `let`s, for conditions and for templates."""

from collections.abc import Mapping

from mailgrid.language.ast import Literal
from mailgrid.language.campaign import Campaign, Reference
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.planning.options import look_up

__all__ = ["Value", "lets_of", "variables_of"]

#: What a `let` stands for.
Value = Literal | tuple[Literal, ...] | str


def lets_of(campaign: Campaign, environment: Mapping[str, str], diagnostics: Diagnostics) -> dict[str, Value]:
    """Return the values by name, outside references looked up; one that is not set counts as empty and is reported."""
    return {
        name: look_up(value, environment, diagnostics) or "" if isinstance(value, Reference) else value
        for name, value in campaign.lets.items()
    }


def variables_of(lets: Mapping[str, Value]) -> dict[str, object]:
    """Return what templates see of them as `vars`."""
    return {name: _plain(value) for name, value in lets.items()}


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return [literal.value for literal in value]
    return value.value if isinstance(value, Literal) else value
