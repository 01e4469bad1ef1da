import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from mailgrid import __version__
from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor, edit


def test_it_introduces_itself_and_ends_as_the_protocol_wants(project: Path) -> None:
    async def session() -> None:
        editor = Editor(project)
        told = await editor.start("--stdio")
        assert told.server_info == types.ServerInfo("mailgrid", __version__)
        assert told.capabilities.position_encoding == types.PositionEncodingKind.Utf16
        assert await editor.stop() == 0
        impolite = Editor(project)
        await impolite.start()
        impolite.client.exit(None)
        assert await impolite.ended() == 1

    asyncio.run(session())


def test_it_ends_when_the_editor_is_gone(project: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "mailgrid", "lsp"], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    out, _ = server.communicate(b"", timeout=60)
    assert (server.returncode, out) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot be asked to end")
def test_a_signal_ends_it_though_the_editor_is_silent(project: Path) -> None:
    async def session() -> None:
        editor = Editor(project)
        await editor.start()
        editor.open("welcome.mailgrid")
        await editor.shows("welcome.mailgrid")
        server = editor.client._server
        assert server
        server.send_signal(signal.SIGTERM)
        assert await editor.ended() == -signal.SIGTERM

    asyncio.run(session())


def test_a_source_that_reads_standard_input_does_not_wait_for_the_editor(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WELCOME.replace('"people.csv"', '"-"'))
        await editor.shows("welcome.mailgrid", "MG403")
        editor.change("welcome.mailgrid", WELCOME)
        await editor.shows("welcome.mailgrid")

    edit(project, session)


def test_a_file_that_was_never_saved_is_checked(project: Path) -> None:
    async def session(editor: Editor) -> None:
        item = types.TextDocumentItem("untitled:Untitled-1", "mailgrid", 1, "campain welcome {}\n")
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        editor.uri = lambda name: f"untitled:{name}"  # type: ignore[method-assign]  # it has no other address
        editor._texts["untitled:Untitled-1"] = 1, item.text
        await editor.shows("Untitled-1", "MG201")

    edit(project, session)


def test_without_pygls_it_says_what_to_install(project: Path) -> None:
    program = "import sys; sys.modules['pygls'] = None; from mailgrid.cli.run import run; sys.exit(run(['lsp']))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert 'pip install "mailgrid[lsp]"' in ended.stderr
