"""Streams: standard input and output, kept for the protocol alone."""

import os
from typing import BinaryIO

__all__ = ["claim"]


def claim() -> tuple[BinaryIO, BinaryIO]:
    """Return input and output, and take them from everybody else of this process.

    One stray line on standard output would break the protocol, and a source that reads standard input would wait for
    the editor's words. So who reads finds nothing, and who prints, a plugin for instance, prints to standard error.
    """
    protocol = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return protocol
