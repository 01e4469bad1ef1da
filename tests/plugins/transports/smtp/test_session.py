from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from mailgrid_plugins.transports.smtp.handshake import Handshake
from mailgrid_plugins.transports.smtp.session import SmtpSession
from mailgrid_plugins.transports.smtp.settings import Settings
from mailgrid_plugins.transports.smtp.trust import Trust

from mailgrid.hookspecs import Scope
from mailgrid.testing import SmtpServer, hang_up, message_to, refuse, silence

from .sending import DEFERRED, FAILED, IN_DOUBT, SENT, UNSENT, people, send, statuses, transport_to


def test_one_connection_carries_all() -> None:
    with SmtpServer() as server:
        assert statuses(send(server, people(20))) == [SENT] * 20
        assert server.connections == 1
        assert [message.rcpt_to for message in server.messages] == [(person,) for person in people(20)]
        assert server.commands[-1] == "QUIT"


def test_a_refused_recipient_does_no_harm_to_the_rest() -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such mailbox", to="p2@example.org")) as server:
        outcomes = send(server, people(5))
    assert statuses(outcomes) == [SENT, FAILED, SENT, SENT, SENT]
    assert outcomes[1].scope is Scope.RECIPIENT
    assert (outcomes[1].reply.code, outcomes[1].reply.enhanced, outcomes[1].reply.text) == (
        550,
        "5.1.1",
        "no such mailbox",
    )
    assert server.connections == 1
    assert server.commands.count("RSET") == 1


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA", "end"])
def test_after_a_refusal_at_any_step_the_next_goes_out(at: str) -> None:
    with SmtpServer(refuse(at, "451 4.3.0 later", times=1)) as server:
        outcomes = send(server, people(3))
    assert statuses(outcomes[1:]) == [SENT, SENT]
    assert outcomes[0].status is (UNSENT if at == "MAIL" else DEFERRED)
    assert len(server.messages) == 2
    assert server.connections == 1


def test_the_final_reply_decides() -> None:
    with SmtpServer(refuse("end", "554 5.6.0 not this content")) as server:
        outcomes = send(server, people(3))
    assert statuses(outcomes) == [FAILED] * 3
    assert server.messages == []


def test_put_off_and_then_taken() -> None:
    with SmtpServer(refuse("RCPT", "450 4.2.0 greylisted, try again in 5 minutes", times=2)) as server:
        outcomes = send(server, ["p1@example.org"] * 3)
    assert statuses(outcomes) == [DEFERRED, DEFERRED, SENT]
    assert outcomes[0].retry_after == 300.0


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_content_leaves_it_unsent(at: str) -> None:
    with SmtpServer(hang_up(at, times=1)) as server:
        (first, second) = send(server, people(2))
    assert (first.status, first.scope, first.reply.code) == (UNSENT, Scope.ROUTE, 0)
    assert second.status is SENT
    assert len(server.messages) == 1


@pytest.mark.parametrize("at,taken", [("content", False), ("end", False), ("end", True)])
def test_a_connection_lost_after_the_content_leaves_it_in_doubt(at: str, taken: bool) -> None:
    with SmtpServer(hang_up(at, times=1, taken=taken)) as server:
        (first, second) = send(server, people(2))
    assert first.status is IN_DOUBT
    assert second.status is SENT
    assert len(server.messages) == 1 + taken


@pytest.mark.parametrize("at", ["connect", "MAIL", "RCPT", "DATA", "end"])
def test_a_farewell_leaves_it_unsent(at: str) -> None:
    with SmtpServer(refuse(at, "421 4.3.2 closing", times=1)) as server:
        (first, second) = send(server, people(2))
    scope = Scope.SESSION if at == "connect" else Scope.ROUTE
    assert (first.status, first.scope, first.reply.code) == (UNSENT, scope, 421)
    assert second.status is SENT


def test_a_farewell_while_a_large_message_is_written_survives_the_reset() -> None:
    large = message_to("p1@example.org", b"Subject: large\r\n\r\n" + b"A line as any other.\r\n" * 500_000)
    with SmtpServer(hang_up("content", reply="421 4.3.2 closing", times=1)) as server:
        session = transport_to(server).open_session()
        (outcome,) = session.deliver([large])
        session.close()
    assert (outcome.status, outcome.reply.code) == (UNSENT, 421)


def test_a_refusal_while_a_large_message_is_written_survives_the_reset() -> None:
    large = message_to("p1@example.org", b"Subject: large\r\n\r\n" + b"A line as any other.\r\n" * 500_000)
    with SmtpServer(hang_up("content", reply="552 5.3.4 too large", times=1)) as server:
        session = transport_to(server).open_session()
        outcomes = [*session.deliver([large]), *session.deliver([message_to("p2@example.org")])]
        session.close()
    assert statuses(outcomes) == [FAILED, SENT]


def test_a_hang_up_between_messages_costs_nothing() -> None:
    with SmtpServer(hang_up("MAIL", after=3)) as server:
        assert statuses(send(server, people(10))) == [SENT] * 10
        assert [message.connection for message in server.messages] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4]


def test_learns_after_how_many_messages_the_server_hangs_up() -> None:
    with SmtpServer(refuse("MAIL", "421 4.7.0 enough", after=2)) as server:
        outcomes = send(server, people(12))
    assert statuses(outcomes).count(UNSENT) == 2
    assert statuses(outcomes[6:]) == [SENT] * 6


def test_too_many_in_this_session_opens_another() -> None:
    with SmtpServer(refuse("MAIL", "452 4.5.3 too many messages in this session", after=4)) as server:
        assert statuses(send(server, people(10))) == [SENT] * 10
        assert server.connections == 3


def test_reuse_closes_the_line_politely() -> None:
    with SmtpServer() as server:
        assert statuses(send(server, people(6), reuse=2)) == [SENT] * 6
        assert server.connections == 3
        assert server.commands.count("QUIT") == 3


def test_farewells_in_a_storm_leave_all_unsent() -> None:
    with SmtpServer(refuse("connect", "421 4.7.0 too many connections", times=3)) as server:
        outcomes = send(server, people(4))
    assert statuses(outcomes) == [UNSENT] * 3 + [SENT]
    assert all(outcome.scope is Scope.SESSION for outcome in outcomes[:3])


@pytest.mark.parametrize("at,expected", [("connect", UNSENT), ("EHLO", UNSENT), ("RCPT", UNSENT), ("end", IN_DOUBT)])
def test_a_silent_server_does_not_hang_us(at: str, expected: object) -> None:
    short = {
        name: timedelta(seconds=0.2)
        for name in ("greeting_timeout", "command_timeout", "data_timeout", "reply_timeout")
    }
    with SmtpServer(silence(at)) as server:
        (outcome,) = send(server, people(1), **short)
    assert outcome.status is expected
    assert "did not answer within 0.2 seconds" in outcome.reply.text


def test_a_server_silent_at_quit_does_not_hang_us() -> None:
    with SmtpServer(silence("QUIT")) as server:
        assert statuses(send(server, people(1))) == [SENT]


def test_an_idle_line_is_tried_before_it_is_used() -> None:
    now = [0.0]
    with SmtpServer() as server:
        settings = Settings(host=server.host, port=server.port, tls="off")
        session = SmtpSession(Handshake(settings), settings, Trust("server"), clock=lambda: now[0])
        for seconds in (0.0, 29.0, 60.0):
            now[0] = seconds
            assert statuses(list(session.deliver([message_to("ann@example.org")]))) == [SENT]
        session.close()
        assert server.commands.count("RSET") == 1
        assert server.connections == 1


def test_an_idle_line_that_is_gone_is_replaced() -> None:
    now = [0.0]
    with SmtpServer(hang_up("RSET", reply="421 4.4.2 idle for too long", times=1)) as server:
        settings = Settings(host=server.host, port=server.port, tls="off")
        session = SmtpSession(Handshake(settings), settings, Trust("server"), clock=lambda: now[0])
        for seconds in (0.0, 60.0):
            now[0] = seconds
            assert statuses(list(session.deliver([message_to("ann@example.org")]))) == [SENT]
        session.close()
        assert server.connections == 2


def test_sessions_do_not_meet() -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 unknown", to="p7@example.org")) as server:
        with ThreadPoolExecutor(8) as pool:
            outcomes = [outcome for sent in pool.map(lambda _: send(server, people(10)), range(8)) for outcome in sent]
        assert server.connections == 8
    assert statuses(outcomes) == ([SENT] * 6 + [FAILED] + [SENT] * 3) * 8
    assert len(server.messages) == 72


@pytest.mark.parametrize("reply", ["banana", "99 what", "250-a\r\n251 b", "999 no", "x" * 100_000])
@pytest.mark.parametrize("at,expected", [("MAIL", UNSENT), ("end", IN_DOUBT)])
def test_what_is_no_reply_ends_the_line(at: str, expected: object, reply: str) -> None:
    with SmtpServer(refuse(at, reply, times=1)) as server:
        (first, second) = send(server, people(2))
    assert first.status is expected
    assert second.status is SENT
    assert server.connections == 2


@pytest.mark.parametrize("at,reply,expected", [("DATA", "250 ok", UNSENT), ("end", "354 go on", IN_DOUBT)])
def test_a_reply_out_of_step_ends_the_line(at: str, reply: str, expected: object) -> None:
    with SmtpServer(refuse(at, reply, times=1)) as server:
        (first, second) = send(server, people(2))
    assert first.status is expected
    assert second.status is SENT
    assert server.connections == 2


def test_a_server_that_is_not_there_leaves_all_unsent() -> None:
    with SmtpServer() as server:
        transport = transport_to(server)
    session = transport.open_session()
    outcomes = list(session.deliver([message_to(person) for person in people(2)]))
    session.close()
    assert statuses(outcomes) == [UNSENT, UNSENT]
    assert {outcome.scope for outcome in outcomes} == {Scope.ROUTE}
    assert "cannot connect" in outcomes[0].reply.text


def test_control_characters_of_a_reply_never_reach_a_terminal() -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 \x1b]0;owned\x07 \u202eno")) as server:
        (outcome,) = send(server, people(1))
    assert outcome.reply.text == "?]0;owned? ?no"
