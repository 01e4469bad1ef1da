"""A file that is fetched to read it here: in a private folder, which goes with it."""

import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError

from ..web.address import Rules
from ..web.client import Web

__all__ = ["Fetched", "download"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file, and what removes it; that may be called twice."""

    path: Path
    close: Callable[[], None]


def download(url: str, options: Mapping[str, Any], allow: tuple[str, ...]) -> Fetched:
    """Fetch what stands at a URL.

    Args:
        url: where.
        options: with `ca`, `max_size` and `timeout`.
        allow: hosts that may be asked whatever their addresses are.

    Raises:
        SourceError: it may not be asked, or cannot be had as a whole.
    """
    timeout = options["timeout"].total_seconds()
    web = Web(Rules(allow=allow), timeout, options["max_size"], options["ca"])
    answer = web.get(url)
    folder = tempfile.TemporaryDirectory(prefix="mailgrid-")
    path = Path(folder.name) / "fetched"
    try:
        with path.open("wb") as file:
            while chunk := answer.read1(_CHUNK):
                file.write(chunk)
    except (SourceError, OSError, EOFError, zlib.error) as error:
        folder.cleanup()
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"cannot be read to its end: {error}", file=answer.url) from None
    finally:
        answer.close()
    return Fetched(path, folder.cleanup)
