"""Events: one line of JSON for each outcome, for `--events`."""

import json
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from mailgrid.errors import UsageError, reason_of
from mailgrid.pipeline.event import Event

__all__ = ["STDOUT", "events_writer"]

#: What `--events` calls stdout.
STDOUT = "-"


def events_writer(events: str | None, stack: ExitStack) -> Callable[[str, Event], None] | None:
    """Return what appends events to a file, or to stdout; any thread may call it.

    Args:
        events: the file's path, or `STDOUT`; None for nowhere.
        stack: closes the file.

    Raises:
        UsageError: the file cannot be written.
    """
    if events is None:
        return None
    if events == STDOUT:
        stream: TextIO = sys.stdout
    else:
        try:
            stream = stack.enter_context(Path(events).open("a", encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"--events: {events} cannot be written: {reason_of(error)}") from error

    alone = threading.Lock()

    def write(campaign: str, event: Event) -> None:
        line = json.dumps(event.as_json(campaign), ensure_ascii=False) + "\n"
        with alone:
            stream.write(line)
            stream.flush()

    return write
