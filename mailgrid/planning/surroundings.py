"""Surroundings: what the texts of a campaign are filled with, besides a row and besides what the campaign says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailgrid.message.address import Address

__all__ = ["Surroundings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The same for all variants of a campaign.

    Args:
        address_column: the column that holds the address where the campaign does not say `to`.
        edition: the edition, rendered.
        variables: the values behind `vars`.
        functions: the plugins' functions.
        now: the plan's moment, in the campaign's zone.
        mark: what every subject begins with, see `Spec`.
        redirect: who gets every message, see `Spec`.
        token_key: returns the secret key of `token`.
    """

    address_column: str | None
    edition: str
    variables: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]]
    now: datetime
    mark: str
    redirect: Address | None
    token_key: Callable[[], str]
