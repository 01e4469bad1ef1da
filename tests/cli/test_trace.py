"""What `--debug` shows of an error: where it was raised, and none of what strangers say."""

import pytest

from mailgrid.cli.screen import clean
from mailgrid.cli.trace import trace
from mailgrid.errors import MailgridError, SourceError
from tests.cli.command_line import CommandLine

CANARY = "s3cret-canary"


def connect() -> None:
    raise ConnectionError(f"postgresql://ann:{CANARY}@db.example cannot be reached")


def read(*, chained: bool) -> None:
    try:
        connect()
    except ConnectionError as error:
        if chained:
            raise SourceError("the database cannot be reached") from error
        raise SourceError("the database cannot be reached")  # noqa: B904  # the context counts too


@pytest.mark.parametrize("chained", [True, False])
def test_what_strangers_exceptions_say_is_left_out(chained: bool) -> None:
    with pytest.raises(MailgridError) as caught:
        read(chained=chained)
    lines = list(trace(caught.value))
    shown = "\n".join(lines)
    assert CANARY not in shown
    assert ("in connect" in shown, "builtins.ConnectionError" in lines, "which led to:" in lines) == (True, True, True)
    assert lines[-1] == "mailgrid.errors.SourceError: the database cannot be reached"


def test_it_begins_as_everybody_knows_it(mailgrid: CommandLine) -> None:
    seen = mailgrid("log", "nobody", "--debug").err
    assert seen == clean(seen)
    assert "Traceback (most recent call last):\n  File " in seen
