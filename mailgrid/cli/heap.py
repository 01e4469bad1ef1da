"""Heap: all threads of a run share one, so that memory does not grow with workers."""

import ctypes

__all__ = ["share_heap"]

#: The parameter of glibc's `mallopt`(3) that says how many heaps there may be at most.
_ARENA_MAX = -8


def share_heap() -> None:
    """Keep all threads that are started from now on in one heap; to be called before any is.

    glibc gives each thread that has to wait for a heap one of its own, so that they need not wait for each other. Ours
    do not: they hold the interpreter's lock while they make objects. Where the C library is another one nothing is
    done.
    """
    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    except (AttributeError, OSError, TypeError):  # another C library, or Windows
        return
