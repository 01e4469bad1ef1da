"""`mailgrid sandbox`: a mail server for trials, with its inbox in the browser."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.serving import serve, web_port_option

__all__ = ["command"]


@click.command("sandbox")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=1025, help="The port for mail; 1025 by default.")
@web_port_option
@common_options
@click.pass_obj
def command(common: Common, folder: Path | None, port: int, web_port: int) -> None:
    """Take mail from programs on this machine and show it in the browser; nobody gets anything.

    Mail is kept in FOLDER, a Maildir: the `outbox/` of a transport `sandbox`, for instance. Without one it is gone at
    the end.
    """
    from mailgrid.web.inbox import Inbox
    from mailgrid.web.smtp import SandboxServer, listen

    with ExitStack() as stack:
        listener = stack.enter_context(listen(port))
        place = "{}:{}".format(*listener.getsockname())
        kept = folder or Path(stack.enter_context(TemporaryDirectory(prefix="mailgrid-")))
        inbox = Inbox(kept, str(folder or "sandbox"), f"Send mail to {place}, with any login or none.")
        server = SandboxServer(inbox, listener)
        server.start()
        stack.callback(server.stop)
        serve(common, inbox, web_port, more={"smtp": f"smtp://{place}"})
