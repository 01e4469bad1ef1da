"""Serving: pages in the browser, until Ctrl-C, which is the way to end them and no failure."""

import os
import sys
from collections.abc import Mapping
from urllib.parse import urlencode

import click

from mailgrid.cli.common import Common
from mailgrid.cli.json_out import print_json
from mailgrid.errors import UsageError
from mailgrid.web.spool import Spool

__all__ = ["serve", "web_port_option"]

web_port_option = click.option(
    "--web-port", type=click.IntRange(0, 65535), default=0, help="The port of the pages; any that is free by default."
)


def serve(common: Common, spool: Spool, port: int, *, message: str = "", more: Mapping[str, str] | None = None) -> None:
    """Print where the pages are and serve them; on a terminal a browser is started.

    Args:
        common: the common options.
        spool: the messages.
        port: the port of the pages; 0 for any.
        message: the `id` of the one to show first.
        more: what is printed beside the address, by its name.

    Raises:
        UsageError: what the pages need is not installed, or the port is taken.
    """
    try:
        from mailgrid.web.server import Server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"starlette", "uvicorn"}:
            raise
        hint = 'install it: pip install "mailgrid[web]"'
        raise UsageError(f"the pages need {error.name}, which is not installed", hint=hint) from error
    server = Server(spool, port)
    door = server.door
    _print(common, {"url": _address(door.address, door.token, message), **(more or {})})
    if sys.stdout.isatty() and _has_screen():
        import webbrowser  # it knows every browser there is, and takes its time

        webbrowser.open(_address(door.address, door.ticket(), message))
    try:
        common.screen.note("Ctrl-C ends it")
        server.run()
    except KeyboardInterrupt:
        return


def _address(address: str, key: str, message: str) -> str:
    return f"{address}#{urlencode({'key': key, **({'message': message} if message else {})})}"


def _print(common: Common, places: Mapping[str, str]) -> None:
    if common.json is not None:
        print_json(common.screen, {"format": 1, **places}, common.json, line=True)
        return
    for place in places.values():
        common.screen.out(place)


def _has_screen() -> bool:
    """Whether there is a browser to be started: one for terminals would take this one."""
    return sys.platform in {"darwin", "win32"} or any(
        name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
