import pytest
from mailgrid_plugins.transports.smtp.replies import RULES, Meaning, Step, meaning_of, retry_after

from mailgrid.hookspecs import Reply, Scope, Status

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
    assert meaning_of(Step[step], reply) == Meaning(status, scope, leave)


def test_every_rule_is_met_by_the_table() -> None:
    met = set()
    for step, code, enhanced, text, *_ in TABLE:
        reply = Reply(code=code, enhanced=enhanced, text=text)
        met.add(next(number for number, rule in enumerate(RULES) if rule.fits(Step[step], reply)))
    assert met == set(range(len(RULES)))


@pytest.mark.parametrize("step", list(Step))
def test_every_refusal_has_a_meaning_that_leaves_no_doubt(step: Step) -> None:
    for code in range(400, 600):
        meaning = meaning_of(step, Reply(code=code))
        assert meaning is not None
        assert meaning.status not in {Status.SENT, Status.IN_DOUBT}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [0, 200, 221, 250, 354])
def test_what_is_no_refusal_has_none(step: Step, code: int) -> None:
    assert meaning_of(step, Reply(code=code)) is None


@pytest.mark.parametrize(
    "text,seconds",
    [
        ("greylisted, try again in 300 seconds", 300.0),
        ("Greylisted for 5 minutes", 300.0),
        ("please come back in 00:05:00", 300.0),
        ("retry after 2 hours", 7200.0),
        ("wait 30s", 30.0),
        ("in 999 hours", 86400.0),
        ("for user 5 minutes", None),
        ("no such mailbox in 2026", None),
        ("", None),
    ],
)
def test_the_wait_that_a_reply_asks_for(text: str, seconds: float | None) -> None:
    assert retry_after(text) == seconds
