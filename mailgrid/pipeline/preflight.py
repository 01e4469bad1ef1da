"""Preflight: finds out before the first message whether sending would work: connect, TLS, login, sender and size."""

import logging
from itertools import islice

from mailgrid.errors import AddressError, TemplateError, TransportError
from mailgrid.hookspecs import ChecksSender, Message, Transport
from mailgrid.pipeline.audience import Audience
from mailgrid.planning.plan import Plan

__all__ = ["preflight"]

_log = logging.getLogger("mailgrid")

#: The sender is that of the first message that can be rendered; so many are tried.
_TRIES = 10


def preflight(plan: Plan, audience: Audience) -> frozenset[str]:
    """Check a campaign's transports; one that works is enough, and of the others it is said what is wrong.

    Args:
        plan: the campaign.
        audience: whom it is sent to.

    Returns:
        The titles of those that do not work.

    Raises:
        TransportError: none of them works; it says why the first does not.
    """
    first = _first(plan, audience)
    failures: list[tuple[str, TransportError]] = []
    for carrier in plan.carriers:
        try:
            _check(carrier.transport, first, size_matters=not plan.renderer.is_personal)
        except TransportError as error:
            failures.append((carrier.title, error))
    if len(failures) == len(plan.carriers):
        raise failures[0][1]
    for title, failure in failures:
        _log.warning("%s does not work, and another transport will be taken: %s", title, failure.message)
    return frozenset(title for title, _ in failures)


def _check(transport: Transport, first: Message | None, *, size_matters: bool) -> None:
    if first is not None and isinstance(transport, ChecksSender):
        transport.check_sender(first.mail_from, len(first.content) if size_matters else 0)
    else:
        transport.check()


def _first(plan: Plan, audience: Audience) -> Message | None:
    """Return the first message; None where none can be rendered."""
    for person in islice(audience.everybody(), _TRIES):
        try:
            return plan.renderer(person.recipient)
        except (TemplateError, AddressError):
            continue
    return None
