from mailgrid.testing import SmtpServer, message_to, refuse

from .sending import FAILED, SENT, WAYS, people, send_together, statuses, transport_to

PIPELINED = WAYS["pipelined"]
CONTENT = b"Subject: hello\r\n\r\nHello.\r\n.\r\n"


def envelope(person: str) -> bytes:
    return f"MAIL FROM:<sender@example.org>\r\nRCPT TO:<{person}>\r\nDATA\r\n".encode()


def test_one_write_carries_the_end_of_a_message_and_the_envelope_of_the_next() -> None:
    with SmtpServer(extensions=PIPELINED) as server:
        assert statuses(send_together(server, people(3))) == [SENT] * 3
        one, two, three = map(envelope, people(3))
        assert server.segments[1:] == [one, CONTENT + two, CONTENT + three, CONTENT, b"QUIT\r\n"]


def test_after_a_refused_recipient_the_next_group_begins_with_rset() -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 no", to="p2@example.org"), extensions=PIPELINED) as server:
        assert statuses(send_together(server, people(3))) == [SENT, FAILED, SENT]
        one, two, three = map(envelope, people(3))
        assert server.segments[1:] == [one, CONTENT + two, b"RSET\r\n" + three, CONTENT, b"QUIT\r\n"]


def test_after_a_refused_content_none_is_needed() -> None:
    with SmtpServer(refuse("end", "554 5.6.0 no", to="p1@example.org"), extensions=PIPELINED) as server:
        assert statuses(send_together(server, people(2))) == [FAILED, SENT]
        assert "RSET" not in server.commands


def test_no_content_is_written_unless_it_was_asked_for() -> None:
    with SmtpServer(refuse("DATA", "554 5.5.1 no valid recipients"), extensions=PIPELINED) as server:
        send_together(server, people(3))
        assert not any(b"Subject" in segment for segment in server.segments)


def test_an_invitation_after_a_refusal_is_answered_with_nothing() -> None:
    faults = (refuse("RCPT", "550 5.1.1 no", to="p1@example.org"), refuse("DATA", "354 nevertheless", times=1))
    with SmtpServer(*faults, extensions=PIPELINED) as server:
        assert statuses(send_together(server, people(2))) == [FAILED, SENT]
        assert b".\r\n" in server.segments
        assert b"".join(server.segments).count(b"Subject") == 1


def test_a_message_that_cannot_go_keeps_its_place() -> None:
    messages = [message_to(person) for person in people(3)]
    messages[1] = message_to("p2@example.org", b"bare\nline end\r\n")
    with SmtpServer(extensions=PIPELINED) as server:
        session = transport_to(server).open_session()
        outcomes = list(session.deliver(messages))
        session.close()
    assert statuses(outcomes) == [SENT, FAILED, SENT]
    assert [outcome.message for outcome in outcomes] == messages


def test_a_server_that_loses_its_place_is_talked_to_in_lockstep() -> None:
    with SmtpServer(refuse("MAIL", "503 5.5.1 nested MAIL", after=1), extensions=PIPELINED) as server:
        assert statuses(send_together(server, people(4))) == [SENT] * 4
        mail = b"MAIL FROM:<sender@example.org>\r\n"
        assert server.segments.count(mail) > 0
