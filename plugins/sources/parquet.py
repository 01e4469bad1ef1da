"""The source `parquet`: the rows of a Parquet file."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context, Location, Option, OptionType, Source, SourceKind, hookimpl

from .extra import needs

__all__ = ["PREFILTER", "open_parquet", "register_sources"]

#: Whether whoever holds the rows may leave some out.
PREFILTER = Option(
    name="prefilter",
    type=OptionType.FLAG,
    default=True,
    help="whether rows that surely do not match are left out before they are read",
)


def open_parquet(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Open the file at `location`, or fetch the one at `url`.

    Raises:
        SourceError: there is none, it is no Parquet file, or what reads it is not installed.
    """
    if bool(location) == bool(options["url"]):
        raise SourceError("`parquet` wants a file or an `url`, not both", hint='like `parquet "people.parquet"`')
    with needs("parquet", "data"):
        from .duck import DuckSource, Files
    from .download import download

    fetched = download(options["url"], options, context.allow_hosts) if options["url"] else None
    name = location or options["url"].partition("?")[0]
    path = fetched.path if fetched else context.resolve(name)
    files = Files({"rows": path}, {"rows": name}, fetched.close if fetched else lambda: None, ".parquet")
    return DuckSource(files, "SELECT * FROM rows", name, prefilter=options["prefilter"])


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `parquet`."""
    register(
        SourceKind(
            name="parquet",
            open=open_parquet,
            help="rows of a Parquet file",
            location=Location.FILE,
            location_required=False,
            options=(
                Option(
                    name="url",
                    type=OptionType.TEXT,
                    default="",
                    trust=True,
                    help="the file is fetched from here, over https; it has to be trusted: --trust url",
                ),
                PREFILTER,
                Option(name="ca", type=OptionType.PATH, help="certificates to trust instead of the system's (PEM)"),
                Option(name="max_size", type=OptionType.SIZE, default=1 << 32, help="how large what is fetched may be"),
                Option(
                    name="timeout",
                    type=OptionType.DURATION,
                    default=timedelta(seconds=30),
                    help="how long each step may take",
                ),
            ),
        ),
    )
