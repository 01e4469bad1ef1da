"""An editor: a real client, and the server as a process of its own beside it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

__all__ = ["Editor", "edit", "place"]

_SECONDS = 30


class Editor:
    """Opens and changes files of a folder, and waits for what the server says about them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("an editor", "1")
        self.logged: list[str] = []
        self.told: types.InitializeResult | None = None
        self._news = asyncio.Event()
        self._shown: dict[str, types.PublishDiagnosticsParams] = {}
        self._texts: dict[str, tuple[int, str]] = {}
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self._published))
        for told in (types.WINDOW_LOG_MESSAGE, types.WINDOW_SHOW_MESSAGE):
            self.client.feature(told)(partial(self._told))

    async def start(self, *arguments: str, encodings: Sequence[str] | None = None) -> types.InitializeResult:
        command = [sys.executable, "-m", "mailgrid", "lsp", *arguments]
        await self.client.start_io(*command, cwd=self.folder)
        general = types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None
        self.told = await self.client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(general=general), root_uri=self.folder.as_uri())
        )
        return self.told

    async def stop(self) -> int | None:
        await asyncio.wait_for(self.client.shutdown_async(None), _SECONDS)
        self.client.exit(None)
        return await self.ended()

    async def ended(self) -> int | None:
        server = self.client._server
        assert server
        stopping: Coroutine[None, None, None] = self.client.stop()  # type: ignore[no-untyped-call]  # pygls leaves it so
        await asyncio.wait_for(stopping, _SECONDS)
        return server.returncode

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def item(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, content: str | None = None) -> str:
        content = (self.folder / name).read_text(encoding="utf-8") if content is None else content
        self._texts[self.uri(name)] = 1, content
        item = types.TextDocumentItem(self.uri(name), "mailgrid", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return content

    def change(self, name: str, content: str) -> None:
        version = self._texts[self.uri(name)][0] + 1
        self._texts[self.uri(name)] = version, content
        item = types.VersionedTextDocumentIdentifier(version, self.uri(name))
        whole = types.TextDocumentContentChangeWholeDocument(content)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(item, [whole]))

    def close(self, name: str) -> None:
        del self._texts[self.uri(name)]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.item(name)))

    async def shows(self, name: str, *codes: str) -> Sequence[types.Diagnostic]:
        """Wait until exactly these codes are shown for the text as it stands now."""
        found: list[Any] = []
        try:
            async with asyncio.timeout(_SECONDS):
                while True:
                    self._news.clear()
                    shown = self._shown.get(self.uri(name))
                    if shown and shown.version == self._texts.get(self.uri(name), (None,))[0]:
                        found = [diagnostic.code for diagnostic in shown.diagnostics]
                        if sorted(found) == sorted(codes):
                            return shown.diagnostics
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{name} shows {found}, not {list(codes)}; log: {self.logged}") from None

    async def logs(self, message: str) -> None:
        """Wait until the server says something that ends like this."""
        async with asyncio.timeout(_SECONDS):
            while not any(logged.endswith(message) for logged in self.logged):
                self._news.clear()
                await self._news.wait()

    def _published(self, params: types.PublishDiagnosticsParams) -> None:
        self._shown[params.uri] = params
        self._news.set()

    def _told(self, params: types.LogMessageParams | types.ShowMessageParams) -> None:
        self.logged.append(params.message)
        self._news.set()


def edit(
    folder: Path, session: Callable[[Editor], Awaitable[None]], *arguments: str, encodings: Sequence[str] | None = None
) -> None:
    """Play a session with a server that is started for it, and ends well."""

    async def play() -> None:
        editor = Editor(folder)
        await asyncio.wait_for(editor.start(*arguments, encodings=encodings), _SECONDS)
        await asyncio.wait_for(session(editor), 3 * _SECONDS)
        assert await editor.stop() == 0

    asyncio.run(play())


def place(content: str, marked: str) -> types.Position:
    """Return where `|` stands in a piece of the content, counted as UTF-16."""
    before = content[: content.index(marked.replace("|", "")) + marked.index("|")]
    line = before.rpartition("\n")[2]
    return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)
