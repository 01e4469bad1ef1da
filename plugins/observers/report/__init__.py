"""The observer `report`: when a campaign has ended, a page that shows how, and a table of all rows."""

from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.hookspecs import Context, Location, Observer, ObserverKind, hookimpl

__all__ = ["register_observers"]


def _open(location: str | None, options: Mapping[str, Any], context: Context) -> Observer:  # noqa: ARG001  # it has no options
    from .observer import Report

    return Report(context.resolve(str(location)), context.zone)


@hookimpl
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Register `report`."""
    register(
        ObserverKind(
            name="report",
            open=_open,
            help="a folder with a page that shows how each campaign ended, and a table of all its rows (CSV)",
            location=Location.FOLDER,
            location_required=True,
        )
    )
