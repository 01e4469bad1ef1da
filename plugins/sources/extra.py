"""What is installed beside Mailgrid when somebody needs it: `pip install "mailgrid[sql]"`."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailgrid.errors import SourceError

__all__ = ["needs"]


@contextmanager
def needs(driver: str, extra: str) -> Iterator[None]:
    """Say what to install where an import within fails.

    Args:
        driver: the source that imports.
        extra: the extra that brings what it imports.

    Raises:
        SourceError: it is not installed.
    """
    try:
        yield
    except ImportError as error:
        hint = f'install what it needs: pip install "mailgrid[{extra}]"'
        raise SourceError(f"`{driver}` needs `{error.name}`, which is not installed", hint=hint) from None
