"""Everything that can go wrong, at every step of every way of sending."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from mailgrid.hookspecs import Status
from mailgrid.testing import Fault, SmtpServer, hang_up, refuse, silence

from .sending import DEFERRED, FAILED, IMPATIENT, IN_DOUBT, SENT, UNSENT, WAYS, people, send_together, statuses

COUNT = 6
STEPS = {
    "lockstep": ("MAIL", "RCPT", "DATA", "content", "end"),
    "pipelined": ("MAIL", "RCPT", "DATA", "content", "end"),
    "chunked": ("RSET", "MAIL", "RCPT", "content", "end"),
}


class Position(NamedTuple):
    """At which step of the message with this number, from 1."""

    way: str
    step: str
    number: int

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def rest(self) -> int:
        return COUNT - self.number


def positions(*but: str) -> Sequence[object]:
    return [
        pytest.param(Position(way, step, number), id=f"{way}-{step}-{number}")
        for way, steps in STEPS.items()
        for step in steps
        if step not in but
        for number in (1, 3, COUNT)
    ]


def suffer(position: Position, fault: Fault, **options: object) -> Sequence[Status]:
    with SmtpServer(fault, extensions=WAYS[position.way]) as server:
        return statuses(send_together(server, people(COUNT), **options))


def lost(position: Position) -> Sequence[Status]:
    """What a loss without a goodbye makes of everybody."""
    before = [SENT] * position.before
    if position.way == "chunked":  # all had been written
        return [*before, *[IN_DOUBT] * (1 + position.rest)]
    # A line that carried something is followed by another at once, and so is a way of sending by a slower one.
    again = position.number > 1 or position.way == "pipelined"
    rest = [SENT if again else UNSENT] * position.rest
    if position.step in {"content", "end"}:
        return [*before, IN_DOUBT, *rest]
    return [*before, SENT if again else UNSENT, *rest]


@pytest.mark.parametrize("position", positions())
def test_a_drop(position: Position) -> None:
    fault = hang_up(position.step, after=position.before, times=1)
    assert suffer(position, fault) == lost(position)


@pytest.mark.parametrize("position", positions("RSET", "MAIL", "RCPT", "DATA", "content"))
def test_a_drop_after_the_message_was_taken(position: Position) -> None:
    fault = hang_up(position.step, after=position.before, times=1, taken=True)
    assert suffer(position, fault) == lost(position)


@pytest.mark.parametrize("position", positions())
def test_a_goodbye_leaves_nobody_in_doubt(position: Position) -> None:
    fault = hang_up(position.step, reply="421 4.3.2 closing", after=position.before, times=1)
    assert suffer(position, fault) == [SENT] * position.before + [UNSENT] * (1 + position.rest)


@pytest.mark.parametrize("position", positions())
def test_221_is_a_goodbye_too_and_after_a_content_it_may_mean_yes(position: Position) -> None:
    fault = hang_up(position.step, reply="221 2.0.0 bye", after=position.before, times=1)
    own = IN_DOUBT if position.step in {"content", "end"} else UNSENT
    assert suffer(position, fault) == [SENT] * position.before + [own] + [UNSENT] * position.rest


@pytest.mark.parametrize("position", positions("RSET", "content"))
def test_a_temporary_refusal_is_about_one(position: Position) -> None:
    fault = refuse(position.step, "451 4.3.0 later", after=position.before, times=1)
    refused = UNSENT if position.step == "MAIL" else DEFERRED
    assert suffer(position, fault) == [SENT] * position.before + [refused] + [SENT] * position.rest


@pytest.mark.parametrize("position", positions("RSET", "content"))
def test_a_permanent_refusal_is_about_one(position: Position) -> None:
    fault = refuse(position.step, "550 5.1.1 no such mailbox", after=position.before, times=1)
    refused = UNSENT if position.step == "MAIL" else FAILED
    assert suffer(position, fault) == [SENT] * position.before + [refused] + [SENT] * position.rest


@pytest.mark.parametrize("position", positions("RSET", "content"))
def test_too_many_in_this_session_costs_nobody_anything(position: Position) -> None:
    fault = refuse(position.step, "452 4.5.3 too many messages in this session", after=position.before, times=1)
    outcomes = suffer(position, fault)
    # What was on the way behind it is taken, so that it cannot go again in its place; alone it has nothing to go on.
    again = (position.way != "chunked" or position.number == COUNT) and position.number > 1
    rest = SENT if position.way == "chunked" or again else UNSENT
    assert outcomes == [SENT] * position.before + [SENT if again else UNSENT] + [rest] * position.rest


@pytest.mark.parametrize("position", positions())
def test_a_silence(position: Position) -> None:
    fault = silence(position.step, after=position.before, times=1)
    assert suffer(position, fault, **IMPATIENT) == lost(position)


@pytest.mark.parametrize(
    "reply",
    ["banana", "99 what", "250-a\r\n251 b", "999 no", "250-and so on\r\n" * 10_000, "250 " + "x" * 66_000, "\0\0\0"],
    ids=["a word", "a short code", "two codes", "no such code", "endless", "a line of 64 KB", "NULs"],
)
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "end"])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_reply(way: str, step: str, reply: str) -> None:
    position = Position(way, step, 3)
    fault = refuse(step, reply, after=position.before, times=1)
    assert suffer(position, fault) == lost(position)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "end"])
@pytest.mark.parametrize("way", WAYS)
def test_a_reply_without_an_end(way: str, step: str) -> None:
    position = Position(way, step, 3)
    fault = Fault(at=step, reply="250-and then", then="hold", after=position.before, times=1)
    assert suffer(position, fault, **IMPATIENT) == lost(position)


@pytest.mark.parametrize("way", WAYS)
def test_a_nul_in_a_reply_is_not_shown(way: str) -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 \0no\x1b[0m"), extensions=WAYS[way]) as server:
        (outcome,) = send_together(server, people(1))
    assert outcome.reply.text == "?no?[0m"


@pytest.mark.parametrize("way", WAYS)
def test_one_byte_at_a_time(way: str) -> None:
    with SmtpServer(refuse("RCPT", "550 no", to="p2@example.org"), extensions=WAYS[way], drip=True) as server:
        assert statuses(send_together(server, people(4))) == [SENT, FAILED, SENT, SENT]
