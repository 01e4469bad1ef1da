import re

import pytest

from mailgrid.hookspecs import Status
from mailgrid.testing import check_transport, message_to
from tests.plugins.opening import kind_of, open_kind


def test_keeps_the_contract(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    def printed() -> list[bytes]:
        output = capfdbinary.readouterr().out
        messages = re.split(rb"^----- from <.*> to <.*> -----\n", output, flags=re.MULTILINE)[1:]
        return [message.removesuffix(b"\n").replace(b"\n", b"\r\n") for message in messages]

    check_transport(open_kind("transports.stdout"), printed)


def test_reaches_nobody_and_takes_no_options() -> None:
    kind = kind_of("transports.stdout")
    assert not kind.reaches_people
    assert kind.options == ()


def test_prints_the_envelope_above_the_message(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (outcome,) = open_kind("transports.stdout").open_session().deliver([message_to("ann@example.org")])
    assert outcome.status is Status.SENT
    expected = b"----- from <sender@example.org> to <ann@example.org> -----\nSubject: hello\n\nHello.\n\n"
    assert capfdbinary.readouterr().out == expected
