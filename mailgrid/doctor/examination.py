"""Examination: everything that the doctor looks at in one campaign, in the order in which mail goes."""

from collections.abc import Callable, Iterator, Sequence

from mailgrid.doctor.content import check_content
from mailgrid.doctor.domains import check_dkim, check_dmarc, check_reverse, check_spf
from mailgrid.doctor.finding import Finding, Level
from mailgrid.doctor.one_click import press, unsubscribe_link
from mailgrid.doctor.relay import check_relay, look_at, public_addresses
from mailgrid.doctor.resolver import NoAnswer, Resolver
from mailgrid.hookspecs import Message, Transport
from mailgrid.message.dkim import Signature
from mailgrid.value import value

__all__ = ["Patient", "examine"]

_DNS = "https://www.rfc-editor.org/rfc/rfc1034#section-5"


@value
class Patient:
    """What is examined.

    Args:
        transport: how the campaign sends.
        author: the domain of its From.
        envelope: the domain of the envelope's sender.
        messages: the first messages, as they would be sent; may be none.
        marketing: whether people must be able to leave.
        signatures: who signs the messages.
        click: the message of somebody who is really to be unsubscribed; None for nobody.
    """

    transport: Transport
    author: str
    envelope: str
    messages: Sequence[Message]
    marketing: bool
    signatures: Sequence[Signature] = ()
    click: Message | None = None


def examine(patient: Patient, resolver: Resolver, now: float) -> list[Finding]:
    """Look at everything, and return what was found; nothing is sent.

    Args:
        patient: the campaign.
        resolver: the DNS.
        now: the time, in seconds since 1970.
    """
    endpoint, found = look_at(patient.transport)
    findings, relays = [found], list[str]()
    if endpoint is not None:
        largest = max((len(message.content) for message in patient.messages), default=0)
        findings += check_relay(endpoint, largest, now)
        relays = public_addresses([endpoint.address])
    findings += _asked("spf", lambda: check_spf(resolver, patient.envelope, relays))
    findings += _asked("dkim", lambda: check_dkim(resolver, patient.author, patient.signatures))
    findings += _asked("dmarc", lambda: check_dmarc(resolver, patient.author, patient.envelope))
    findings += _asked("ptr", lambda: check_reverse(resolver, relays))
    for message in patient.messages:
        findings += check_content(message.content, marketing=patient.marketing)
    if patient.click is not None:
        findings.append(press(unsubscribe_link(patient.click.content)))
    return list(dict.fromkeys(findings))


def _asked(check: str, question: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Ask the DNS; that it does not answer is a finding, too."""
    try:
        return list(question())
    except NoAnswer as error:
        mend = "try again later, or from a machine that reaches the DNS"
        return [Finding(check, Level.NOTE, error.message, "nothing is known about it", mend, _DNS)]
