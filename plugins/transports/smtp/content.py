"""A message's content as DATA carries it (RFC 5321, 4.5.2); BDAT carries it as it is."""

__all__ = ["LONE_DOT", "dot_stuffed"]

#: Ends the data.
LONE_DOT = b".\r\n"


def dot_stuffed(content: bytes) -> tuple[bytes, bytes]:
    r"""Double the dot at the start of each line; return that, and what ends the data. Without dots nothing is copied.

    >>> dot_stuffed(b".a\r\n..\r\nb")
    (b'..a\r\n...\r\nb', b'\r\n.\r\n')
    """
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed, LONE_DOT if content.endswith(b"\r\n") or not content else b"\r\n" + LONE_DOT
