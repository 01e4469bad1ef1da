import socket
from pathlib import Path
from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.replies import EXPECTED, Meaning, Step
from mailgrid_plugins.transports.smtp.reply_reader import ReplyReader
from mailgrid_plugins.transports.smtp.reply_rules import ReplyRules, Rule, built_in

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply, Scope, Status
from mailgrid.testing import SmtpServer, refuse

from .sending import people, send, statuses, transport_to

DEFERRED, FAILED, UNSENT = Status.DEFERRED, Status.FAILED, Status.UNSENT
RECIPIENT, ROUTE, SENDER = Scope.RECIPIENT, Scope.ROUTE, Scope.SENDER

TABLE = [
    ("RCPT", 421, "", "closing", UNSENT, ROUTE, True),
    ("CONTENT", 421, "4.7.0", "too fast", UNSENT, ROUTE, True),
    ("EHLO", 421, "", "closing", UNSENT, ROUTE, True),
    ("MAIL", 452, "4.3.1", "disk full", UNSENT, ROUTE, False),
    ("MAIL", 451, "4.3.0", "later", UNSENT, ROUTE, False),
    ("MAIL", 452, "4.4.5", "too many", UNSENT, ROUTE, True),
    ("RCPT", 452, "4.5.3", "too many recipients in this session", UNSENT, ROUTE, True),
    ("RCPT", 450, "4.2.0", "greylisted", DEFERRED, RECIPIENT, False),
    ("RCPT", 451, "4.7.1", "Greylisting in action", DEFERRED, RECIPIENT, False),
    ("RCPT", 451, "", "try later", DEFERRED, RECIPIENT, False),
    ("RCPT", 452, "4.2.2", "mailbox full", DEFERRED, RECIPIENT, False),
    ("DATA", 450, "", "later", DEFERRED, RECIPIENT, False),
    ("CONTENT", 452, "", "later", DEFERRED, RECIPIENT, False),
    ("CONTENT", 451, "4.7.500", "server busy", DEFERRED, ROUTE, False),
    ("CONTENT", 454, "", "Throttling failure: Maximum sending rate exceeded", DEFERRED, ROUTE, False),
    ("AUTH", 454, "4.7.0", "too many logins", UNSENT, ROUTE, False),
    ("RCPT", 550, "5.2.1", "The user is receiving mail at a rate that", DEFERRED, RECIPIENT, False),
    ("RCPT", 550, "5.2.1", "mailbox disabled", FAILED, RECIPIENT, False),
    ("MAIL", 550, "5.4.5", "Daily sending quota exceeded", UNSENT, SENDER, False),
    ("CONTENT", 550, "5.4.5", "Daily sending quota exceeded", DEFERRED, ROUTE, False),
    ("RCPT", 552, "5.2.2", "mailbox full", DEFERRED, RECIPIENT, False),
    ("RCPT", 550, "5.7.1", "blocked", FAILED, SENDER, False),
    ("CONTENT", 550, "5.7.515", "not authenticated", FAILED, SENDER, False),
    ("RCPT", 554, "", "blocked by a list", FAILED, SENDER, False),
    ("EHLO", 550, "", "who are you", UNSENT, SENDER, False),
    ("AUTH", 535, "5.7.8", "no", UNSENT, SENDER, False),
    ("MAIL", 553, "5.1.8", "not yours", UNSENT, SENDER, False),
    ("MAIL", 552, "5.3.4", "too large", FAILED, RECIPIENT, False),
    ("RCPT", 550, "5.1.1", "unknown", FAILED, RECIPIENT, False),
    ("RCPT", 550, "5.1.10", "null MX", FAILED, RECIPIENT, False),
    ("RCPT", 550, "5.1.1", "recipient blocked by unknown user", FAILED, RECIPIENT, False),
    ("RCPT", 553, "", "no such name", FAILED, RECIPIENT, False),
    ("CONTENT", 554, "5.6.0", "not this content", FAILED, RECIPIENT, False),
    ("CONTENT", 550, "", "no", FAILED, RECIPIENT, False),
    ("MAIL", 503, "", "nested MAIL", UNSENT, ROUTE, True),
]


@pytest.mark.parametrize("step,code,enhanced,text,status,scope,leave", TABLE)
def test_table(step: str, code: int, enhanced: str, text: str, status: Status, scope: Scope, leave: bool) -> None:
    reply = Reply(code=code, enhanced=enhanced, text=text)
    meaning = ReplyRules()(Step[step], reply)
    assert meaning is not None
    assert (meaning.status, meaning.scope, meaning.leave) == (status, scope, leave)


@pytest.mark.parametrize("step", list(Step))
def test_every_refusal_has_a_meaning_that_leaves_no_doubt(step: Step) -> None:
    for code in range(400, 600):
        meaning = ReplyRules()(step, Reply(code=code))
        assert meaning is not None
        assert meaning.status not in {Status.SENT, Status.IN_DOUBT}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [0, 200, 221, 250, 354])
def test_what_is_no_refusal_has_none(step: Step, code: int) -> None:
    assert ReplyRules()(step, Reply(code=code)) is None


EXAMPLES = [(number, rule, example) for number, rule in enumerate(built_in(), start=1) for example in rule.examples]


def heard(line: str) -> Reply:
    """The reply as it comes from a socket."""
    near, far = socket.socketpair()
    with near, far:
        far.sendall(f"{line}\r\n".encode())
        reply: Reply = ReplyReader(near).read(5)
        return reply


@pytest.mark.parametrize("number,rule,example", EXAMPLES, ids=[f"{number} {text}" for number, _, text in EXAMPLES])
def test_each_row_decides_its_own_examples(number: int, rule: Rule, example: str) -> None:
    reply = heard(example)
    for step in rule.steps:
        assert ReplyRules()(step, reply) is rule.meaning


def test_each_row_has_an_example() -> None:
    assert all(rule.examples for rule in built_in())


def test_the_basic_code_outranks_the_enhanced_one() -> None:
    meaning = ReplyRules()(Step.RCPT, heard("421 5.7.32 sender not authenticated"))
    assert meaning == Meaning(Status.UNSENT, Scope.ROUTE, leave=True)


def test_what_is_accepted_is_never_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object) -> None:
        raise AssertionError("a reply that lets us go on was looked up")

    monkeypatch.setattr(ReplyRules, "__call__", look_up)
    with SmtpServer() as server:
        assert set(statuses(send(server, people(3)))) == {Status.SENT}
    assert 250 in EXPECTED[Step.MAIL]


# ---- rules of one's own ------------------------------------------------------------------------------------------


OWN = """
[[rule]]
at       = ["RCPT"]
code     = "550"
enhanced = '5\\.1\\.1'
text     = "try later"
then     = "deferred"
about    = "recipient"
wait     = 120
examples = ["550 5.1.1 mailbox moves, try later"]
"""


def test_rules_of_ones_own_come_first(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    with SmtpServer(
        refuse("RCPT", "550 5.1.1 Try LATER please", to="p1@example.org"), refuse("RCPT", "550 5.1.1 unknown")
    ) as server:
        first, second = send(server, people(2), replies=tmp_path / "own.toml")
    assert (first.status, first.retry_after) == (Status.DEFERRED, 120)
    assert second.status is Status.FAILED


@pytest.mark.parametrize(
    "old,new,reason",
    [
        ('code     = "550"', 'code = "(2|550)"', "rule 1: `code` is not about refusals"),
        ('code     = "550"', 'code = "("', "rule 1: `code` is no pattern"),
        ('code     = "550"', "code = 550", "rule 1: `code` is of another sort: 550"),
        ('code     = "550"', "", "rule 1: `code` is missing"),
        ('"RCPT"', '"RCTP"', "rule 1: `at` is `RCTP`; there are greeting, EHLO"),
        ('"RCPT"', "5", "rule 1: `at` is of another sort"),
        ('"deferred"', '"sent"', "rule 1: `then` is `sent`; there are deferred, failed"),
        ('"recipient"', '"nobody"', "rule 1: `about` is `nobody`; there are recipient, route, session, sender"),
        ("wait     = 120", "wait = true", "rule 1: `wait` is of another sort"),
        ("wait ", "delay ", "rule 1: `delay` is unknown; there are at, code"),
        ("550 5.1.1 mailbox moves", "450 4.1.1 mailbox moves", "rule 1: its example does not fit it"),
        ("550 5.1.1 mailbox moves", "banana", "rule 1: its example is no reply"),
        ("[[rule]]", "[rule]", "holds something else than rules"),
        ("[[rule]]", "[[rules]]", "holds something else than rules"),
        ("[[rule]]", "rule = [5]\n[x]", "holds something else than rules"),
        ("[[rule]]", "[[rule", "cannot be read"),
    ],
)
def test_a_rule_that_makes_no_sense(tmp_path: Path, old: str, new: str, reason: str) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(old, new, 1))
    with pytest.raises(TransportError) as caught, SmtpServer() as server:
        transport_to(server, replies=tmp_path / "own.toml")
    assert caught.value.message.startswith("own.toml")
    assert reason in caught.value.message


@pytest.mark.parametrize("content", [None, b"\xff", b"rule = [5]"])
def test_a_file_that_holds_no_rules(tmp_path: Path, content: Any) -> None:
    if content:
        (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(TransportError, match=r"own\.toml"):
        ReplyRules(tmp_path / "own.toml")
