"""Cluster: what the commands for many hosts have in common: they need libraries that not everybody has."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailgrid.cli.common import Common
from mailgrid.errors import UsageError
from mailgrid.library.engine import Engine

__all__ = ["cluster_engine", "installed"]


@contextmanager
def installed() -> Iterator[None]:
    """Say what to install where a library is missing.

    Raises:
        UsageError: one is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"a cluster needs {error.name}, which is not installed", hint='pip install "mailgrid[cluster]"'
        ) from None


def cluster_engine(common: Common, chunk: int | None, rate: str) -> Engine:
    """Return what `apply --engine cluster` sends with."""
    with installed():
        from mailgrid.cluster.engine import CHUNK, ClusterEngine
    return ClusterEngine(common.settings(), rate=rate, chunk=chunk or CHUNK)
