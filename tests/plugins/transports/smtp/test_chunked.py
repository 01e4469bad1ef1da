import logging
import socket
from typing import Any

import pytest

from mailgrid.testing import SmtpServer, hang_up, message_to, refuse
from tests.patience import wait_for

from .sending import FAILED, IN_DOUBT, SENT, UNSENT, WAYS, people, send, send_all, send_together, statuses, transport_to

CHUNKED = WAYS["chunked"]
CONTENT = b"Subject: hello\r\n\r\n.Hello.\r\n"


def group(person: str, content: bytes = b"Subject: hello\r\n\r\nHello.\r\n") -> bytes:
    envelope = f"RSET\r\nMAIL FROM:<sender@example.org>\r\nRCPT TO:<{person}>\r\nBDAT {len(content)} LAST\r\n"
    return envelope.encode() + content


def test_all_that_is_on_the_way_arrives_at_once() -> None:
    with SmtpServer(extensions=CHUNKED) as server:
        assert statuses(send_together(server, people(4))) == [SENT] * 4
        assert server.segments[1:] == [b"".join(map(group, people(4))), b"QUIT\r\n"]


def test_no_dot_is_doubled() -> None:
    with SmtpServer(extensions=CHUNKED) as server:
        session = transport_to(server).open_session()
        list(session.deliver([message_to("ann@example.org", CONTENT)]))
        session.close()
        assert server.segments[1] == group("ann@example.org", CONTENT)
        assert server.messages[0].content == CONTENT


def test_rset_comes_first_or_a_message_would_go_out_under_the_envelope_before_it() -> None:
    """What Exim does after a refused recipient, and so does the scripted server: the sender before remains."""
    refused = refuse("RCPT", "550 5.1.1 no", to="p1@example.org")
    with SmtpServer(refused, extensions=CHUNKED) as server:
        groups = group("p1@example.org").replace(b"sender@", b"first@") + group("p2@example.org")
        with socket.create_connection((server.host, server.port)) as sock, sock.makefile("rb") as replies:
            sock.sendall(b"EHLO me\r\n")
            while replies.readline()[3:4] != b" ":
                pass
            while replies.readline()[3:4] == b"-":
                pass
            sock.sendall(groups.replace(b"RSET\r\n", b""))
            codes = [replies.readline()[:3] for _ in range(6)]
        assert codes == [b"250", b"550", b"503", b"503", b"250", b"250"]
        assert [message.mail_from for message in server.messages] == ["first@example.org"]
    with SmtpServer(refused, extensions=CHUNKED) as server:
        assert statuses(send_together(server, people(2))) == [FAILED, SENT]
        assert [message.mail_from for message in server.messages] == ["sender@example.org"]
        assert server.commands.count("RSET") == 2


def test_what_is_accepted_in_spite_of_a_refusal_is_in_doubt() -> None:
    faults = (refuse("RCPT", "550 5.1.1 no", times=1), refuse("content", "250 2.0.0 ok", times=1))
    with SmtpServer(*faults, extensions=CHUNKED) as server:
        session = transport_to(server).open_session()
        (outcome,) = session.deliver([message_to("ann@example.org")])
        session.close()
    assert outcome.status is IN_DOUBT


def test_a_complaint_about_the_order_is_the_last_time_that_this_way_is_used(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.WARNING, "mailgrid"),
        SmtpServer(refuse("MAIL", "503 5.5.1 nested MAIL", after=1, times=1), extensions=CHUNKED) as server,
    ):
        # The third was on the way already, so it is not known in time that the second may go again at once.
        assert statuses(send_together(server, people(3))) == [SENT, UNSENT, SENT]
        (record,) = caplog.records
        assert record.getMessage() == (
            f"smtp {server.host}:{server.port}: sending many messages at once does not work, "
            "one a round trip from now on: the server answered 503 out of step"
        )


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "end"])
@pytest.mark.parametrize("reply", ["503 5.5.1 bad sequence", "554 5.5.0 SMTP synchronization error"])
def test_what_a_server_out_of_step_did_not_take_goes_by_a_slower_way(step: str, reply: str) -> None:
    with SmtpServer(refuse(step, reply, after=1, times=3), extensions=CHUNKED) as server:
        assert statuses(send_together(server, people(4))) == [SENT] * 4
        assert server.commands.count("DATA") == 3
        assert server.connections == 2


@pytest.mark.parametrize("way", ["pipelined", "chunked"])
def test_a_server_that_refuses_to_begin_anew_has_taken_nothing_more(way: str) -> None:
    nobody = refuse("RCPT", "550 5.1.1 no", to="p3@example.org")
    leaves = hang_up("RSET", reply="554 Too many nonmail commands", after=2, times=1)
    with SmtpServer(nobody, leaves, extensions=WAYS[way]) as server:
        outcomes = send_together(server, people(6))
        assert statuses(outcomes) == [SENT, SENT, FAILED, SENT, SENT, SENT]
        assert server.connections == 2
        assert ("DATA" in server.commands) == (way == "pipelined")


def test_a_server_that_refuses_to_begin_anew_and_goes_on_is_out_of_step() -> None:
    with SmtpServer(refuse("RSET", "502 5.5.1 not here"), extensions=CHUNKED) as server:
        outcomes = send_all(server, people(12))
        assert statuses(outcomes) == [SENT] * 12
        assert server.commands.count("DATA") == 8


def test_a_line_lost_before_anything_was_accepted_is_the_last_time_too() -> None:
    with SmtpServer(hang_up("content", times=1), extensions=CHUNKED) as server:
        outcomes = send_all(server, people(12))
        assert statuses(outcomes) == [IN_DOUBT] * 4 + [SENT] * 8
        assert server.commands.count("DATA") == 8


def test_a_way_that_has_worked_is_not_blamed_for_a_lost_line() -> None:
    with SmtpServer(hang_up("RSET", after=4), hang_up("content", to="p13@example.org"), extensions=CHUNKED) as server:
        outcomes = send_all(server, people(30))
        assert statuses(outcomes)[4:13] == [IN_DOUBT] * 9  # eight on the first line, and the first on the next
        assert "DATA" not in server.commands


def test_the_window_grows_to_its_ceiling_shrinks_with_refusals_and_is_one_after_a_loss() -> None:
    faults = (refuse("RCPT", "550 5.1.1 no", to="p20@example.org"), hang_up("MAIL", after=70, times=1))
    with SmtpServer(*faults, extensions=CHUNKED) as server:
        session = transport_to(server, pipeline=16).open_session()
        waiting, windows = people(100), []
        while waiting:
            windows.append(session.window)
            list(session.deliver([message_to(person) for person in waiting[: session.window]]))
            del waiting[: windows[-1]]
        session.close()
    assert windows == [4, 8, 16, 8, 16, 16, 16, 1, 2, 4, 8, 16]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pipeline,expected", [("auto", 32), (8, 8), (1, 1), ("off", 1)])
def test_the_option_sets_the_ceiling(way: str, pipeline: str | int, expected: int) -> None:
    with SmtpServer(extensions=WAYS[way]) as server:
        session = transport_to(server, pipeline=pipeline).open_session()
        for _ in range(5):
            list(session.deliver([message_to("ann@example.org")]))
        session.close()
        assert session.window == (1 if way == "lockstep" else expected)
        assert ("BDAT 26 LAST" in server.commands) == (way == "chunked" and pipeline != "off")


def test_large_messages_fly_a_megabyte_at_a_time() -> None:
    large = b"Subject: large\r\n\r\n" + b"A line as any other.\r\n" * 30_000
    with SmtpServer(hang_up("end", after=3, times=1), extensions=CHUNKED) as server:
        session = transport_to(server).open_session()
        outcomes = list(session.deliver([message_to(person, large) for person in people(8)]))
        session.close()
    assert statuses(outcomes) == [SENT] * 3 + [IN_DOUBT] + [SENT] * 4


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reply", ["421 4.7.0 enough", ""])
def test_a_server_that_hangs_up_after_some_messages(way: str, reply: str) -> None:
    at = "RSET" if way == "chunked" else "MAIL"
    with SmtpServer(hang_up(at, reply=reply, after=5), extensions=WAYS[way]) as server:
        outcomes = send_all(server, people(100))
    doubt = statuses(outcomes).count(IN_DOUBT)
    assert statuses(outcomes).count(SENT) == 100 - doubt
    # Twice it takes us by surprise, and then we know.
    assert doubt == (9 if way == "chunked" and not reply else 0)


@pytest.mark.parametrize("way", WAYS)
def test_a_line_that_ended_between_two_batches_costs_nothing(way: str) -> None:
    fault = hang_up("end", reply="250 2.0.0 taken, and no more", taken=True, after=3, times=1)
    with SmtpServer(fault, extensions=WAYS[way]) as server:
        session: Any = transport_to(server).open_session()
        first, others = people(8)[:4], people(8)[4:]
        assert statuses(list(session.deliver(list(map(message_to, first))))) == [SENT] * 4
        wait_for(lambda: not (session._connection and session._connection.is_quiet()))  # its end has arrived
        assert statuses(list(session.deliver(list(map(message_to, others))))) == [SENT] * 4
        session.close()
        assert server.connections == 2


def test_one_after_the_other_needs_no_window() -> None:
    with SmtpServer(extensions=CHUNKED) as server:
        assert statuses(send(server, people(5))) == [SENT] * 5
