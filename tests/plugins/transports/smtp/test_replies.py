import pytest
from mailgrid_plugins.transports.smtp.replies import Meaning, retry_after

from mailgrid.hookspecs import Scope, Status


@pytest.mark.parametrize(
    "text,seconds",
    [
        ("greylisted, try again in 300 seconds", 300.0),
        ("Greylisted for 5 minutes", 300.0),
        ("please come back in 00:05:00", 300.0),
        ("retry after 2 hours", 7200.0),
        ("wait 30s", 30.0),
        ("in 999 hours", 86400.0),
        ("please try again in 1 hour", 3600.0),
        ("Retry in 2 days", 86400.0),
        ("try again in about 15 minutes", 900.0),
        ("wait at least 90 secs", 90.0),
        ("come back in another 5 min.", 300.0),
        ("after 300 more seconds", 300.0),
        (f"in {'9' * 5000} seconds", None),
        ("limit for 5 messages", None),
        ("in 3 sessions", None),
        ("for 10 mailboxes", None),
        ("for user 5 minutes", None),
        ("no such mailbox in 2026", None),
        ("", None),
    ],
)
def test_the_wait_that_a_reply_asks_for(text: str, seconds: float | None) -> None:
    assert retry_after(text) == seconds


def test_a_usual_wait_where_the_reply_names_none() -> None:
    meaning = Meaning(Status.DEFERRED, Scope.RECIPIENT, wait=600)
    assert meaning.retry_after("mailbox full") == 600
    assert meaning.retry_after("mailbox full, try again in 5 minutes") == 300
    assert Meaning(Status.FAILED, Scope.RECIPIENT).retry_after("try again in 5 minutes") is None
