"""Rewriting: a campaign file gets another content, at once or not at all."""

from mailgrid.errors import UsageError, reason_of
from mailgrid.language.reader import MARK
from mailgrid.language.text import Text
from mailgrid.ledger.durable import replace_file

__all__ = ["rewrite"]


def rewrite(text: Text, content: str, *, keep_mark: bool) -> None:
    """Replace the file that a text was read from. Its mode stays, and a link stays one.

    Args:
        text: what was read.
        content: what is to stand there.
        keep_mark: whether a byte order mark stays where there is one.

    Raises:
        UsageError: it cannot be written, or is not what was read any more.
    """
    assert text.path
    path = text.path.resolve()
    try:
        octets = path.read_bytes()
        if octets.removeprefix(MARK) != text.content.encode():
            raise UsageError(f"{text.name} was changed meanwhile", hint="it was left alone; run the command again")
        mark = MARK if keep_mark and octets.startswith(MARK) else b""
        replace_file(path, mark + content.encode(), path.stat().st_mode & 0o7777)
    except OSError as error:
        raise UsageError(f"{text.name} cannot be written: {reason_of(error)}") from error
