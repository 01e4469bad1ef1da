"""What every source and every transport has to do, as checks that raise AssertionError with what is wrong."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from mailgrid.hookspecs import Message, Outcome, Recipient, Row, Source, Status, Test, Transport
from mailgrid.testing.troubles import Trouble, lies

__all__ = ["check_source", "check_transport", "message_to"]


def check_source(open_source: Callable[[], Source]) -> None:
    """Check that a source keeps the contract of `mailgrid.hookspecs.Source`.

    Args:
        open_source: opens the source afresh; it has at least one row, and its rows do not change meanwhile.

    Raises:
        AssertionError: it does not; the message says where.
    """
    names = _names(open_source)
    rows = _rows(open_source, names)
    assert rows, "there is no row to check"
    assert _rows(open_source, names) == rows, "opened again, it has other rows"
    lines = [line for line, _ in rows]
    assert all(earlier <= later for earlier, later in pairwise(lines)), "the lines do not go up"
    _check_selection(open_source, names, rows)
    for name in names:
        _check_test(open_source, name)


def check_transport(
    transport: Transport, read_back: Callable[[], Iterable[bytes]], troubles: Iterable[Trouble] = ()
) -> None:
    """Check that a transport keeps the contract of `mailgrid.hookspecs.Transport`, changes no byte, and does not lie.

    Args:
        transport: the transport, open, with a far side that takes everything.
        read_back: returns the contents that have arrived there.
        troubles: far sides that fail; for one that speaks SMTP the whole matrix is `smtp_troubles`.

    Raises:
        AssertionError: it does not; the message says where.
    """
    assert transport.title, "it has no title"
    transport.check()
    sent = [*_deliver(transport, _MESSAGES[:2]), *_deliver(transport, _MESSAGES[2:])]
    arrived = list(read_back())
    for message in sent:
        assert message.content in arrived, f"did not arrive as it was: {message.content[:60]!r}"
    assert len(arrived) == len(sent), f"{len(sent)} messages were sent, {len(arrived)} arrived"
    transport.close()
    transport.close()
    told = [lie for trouble in troubles for lie in lies(trouble, _MESSAGES[:3])]
    assert not told, "\n".join(["what it says is not true:", *told])


def message_to(address: str, content: bytes = b"Subject: hello\r\n\r\nHello.\r\n") -> Message:
    """Make a message as a transport gets it: from `sender@example.org`, ready for the wire."""
    return Message(
        recipient=Recipient(key=address, address=address, fields={"email": address}),
        mail_from="sender@example.org",
        rcpt_to=address,
        content=content,
        message_id=f"<{address}>",
        needs=frozenset() if content.isascii() else frozenset({"8bit"}),
    )


#: Contents that have been damaged on the way by one program or another.
_MESSAGES = [
    message_to("plain@example.org"),
    message_to("dots@example.org", b"Subject: dots\r\n\r\n.\r\n..\r\n.two\r\nfrom . to .\r\n.\r\n"),
    message_to("from@example.org", b"Subject: from\r\n\r\nFrom here on it looks like an mbox.\r\n"),
    message_to("blank@example.org", b"Subject: blank\r\n\r\n\r\n\r\nafter blank lines \t\r\n\r\n"),
    message_to("long@example.org", b"Subject: long\r\n\r\n" + b"x" * 998 + b"\r\n" + b"y" * 70 + b"\r\n"),
    message_to("large@example.org", b"Subject: large\r\n\r\n" + b"A line as any other.\r\n" * 20_000),
]


def _deliver(transport: Transport, messages: Sequence[Message]) -> Sequence[Message]:
    """Send in batches of the session's window, and check the outcomes."""
    session = transport.open_session()
    start = 0
    while start < len(messages):
        assert session.window >= 1, "the window is smaller than 1"
        batch = messages[start : start + session.window]
        outcomes: list[Outcome] = list(session.deliver(batch))
        assert [outcome.message for outcome in outcomes] == batch, "not one outcome a message, in order"
        assert all(outcome.status is Status.SENT for outcome in outcomes), f"not sent: {outcomes}"
        start += len(batch)
    session.close()
    session.close()
    return messages


def _names(open_source: Callable[[], Source]) -> list[str]:
    source = open_source()
    columns = source.columns
    source.close()
    source.close()
    assert columns, "there are no columns"
    assert all(column.name for column in columns), "a column has no name"
    return list(dict.fromkeys(column.name for column in columns))


def _rows(open_source: Callable[[], Source], wanted: Sequence[str], tests: Sequence[Test] = ()) -> list[Row]:
    source = open_source()
    try:
        rows = [(line, tuple(cells)) for line, cells in source.rows(wanted, tests)]
    finally:
        source.close()
    for line, cells in rows:
        assert len(cells) == len(wanted), f"line {line} has {len(cells)} cells, {len(wanted)} were wanted"
    return list(rows)


def _check_selection(open_source: Callable[[], Source], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Any columns, in any order, of the same rows."""
    turned = [(line, tuple(reversed(cells))) for line, cells in rows]
    assert _rows(open_source, names[::-1]) == turned, "columns do not come in the order asked for"
    for number, name in enumerate(names):
        column = [(line, (cells[number],)) for line, cells in rows]
        assert _rows(open_source, [name]) == column, f"column `{name}` alone has other cells"
    assert _rows(open_source, []) == [(line, ()) for line, _ in rows], "no column wanted: other rows"


def _check_test(open_source: Callable[[], Source], name: str) -> None:
    """A test may leave out what surely fails it, and nothing else."""
    rows = _rows(open_source, [name])
    value = rows[0][1][0]
    left = _rows(open_source, [name], [Test(column=name, operator="=", values=(str(value),))])
    assert all(row in rows for row in left), f"a test of `{name}` adds rows"
    for row in rows:
        assert row in left or row[1][0] != value, f"a test of `{name}` drops line {row[0]}, which passes it"
