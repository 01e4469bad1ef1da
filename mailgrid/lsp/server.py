"""The server: speaks the protocol on standard input and output, and lets the rooms' modules answer.

Nothing here is sent anywhere but to the editor that started it.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from mailgrid import __version__
from mailgrid.library.settings import Settings
from mailgrid.lsp.actions import actions
from mailgrid.lsp.checks import Checks
from mailgrid.lsp.columns import Columns
from mailgrid.lsp.completion import TRIGGERS, Completion
from mailgrid.lsp.definition import definition, references
from mailgrid.lsp.documents import Documents
from mailgrid.lsp.formatting import formatting
from mailgrid.lsp.hover import Hover
from mailgrid.lsp.positions import Positions
from mailgrid.lsp.publishing import Publisher
from mailgrid.lsp.renaming import can_rename, rename
from mailgrid.lsp.semantic import LEGEND, semantic_tokens
from mailgrid.lsp.streams import claim
from mailgrid.lsp.symbols import folding, symbols
from mailgrid.lsp.view import View

__all__ = ["serve"]

#: How long a thread may compute while another one waits, in seconds; Python's own are ten times as long.
_TURN = 0.0005

Answer = Callable[[View, Any], Any]

_KINDS = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]

#: What an editor may ask about a file as it stands, who answers, and what the editor is told about it beforehand.
_ANSWERS: tuple[tuple[str, Answer, object], ...] = (
    (types.TEXT_DOCUMENT_FORMATTING, formatting, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, actions, types.CodeActionOptions(code_action_kinds=_KINDS)),
    (types.TEXT_DOCUMENT_DEFINITION, definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, can_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding, None),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, semantic_tokens, LEGEND),
)


def serve(settings: Settings) -> int:
    """Serve one editor until it says goodbye, or is gone; return the exit code that the protocol asks for.

    Args:
        settings: what is set from outside of the campaign files.
    """
    # What pygls logs holds whole texts, and in a text a secret may be written.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # A thread waits for the editor's next word, and would hold up an end by a signal; nothing is lost by that.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    # While a long file is read, whoever types waits for a few turns of the interpreter; so these are short.
    sys.setswitchinterval(_TURN)
    server = _Server(settings)
    server.start_io(*claim())
    server.end()
    return 0 if server.is_shut_down else 1


class _Server(LanguageServer):
    """Knows the open files, and passes on what the editor says about them and asks."""

    def __init__(self, settings: Settings) -> None:
        # The whole text with each change: what counts as a line end must not be for pygls to say, which also ends
        # lines at characters at which the protocol does not.
        super().__init__("mailgrid", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.is_shut_down = False
        self._settings = settings
        self._documents = Documents()
        self._listen()
        columns = Columns()
        # Whoever types cannot wait until a long file is read, so completion takes what was read last.
        triggers = types.CompletionOptions(trigger_characters=list(TRIGGERS))
        self._offer(types.TEXT_DOCUMENT_COMPLETION, Completion(columns), triggers, patient=False)
        self._offer(types.TEXT_DOCUMENT_HOVER, Hover(columns))
        for name, answer, options in _ANSWERS:
            self._offer(name, answer, options)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value)

    @cached_property
    def _checks(self) -> Checks:
        publisher = Publisher(self._documents, self._positions, self.text_document_publish_diagnostics)
        return Checks(self._documents, self._settings, publisher, self._log)

    def end(self) -> None:
        """End what is under way, however the editor went."""
        if "_checks" in self.__dict__:
            self._checks.end()

    def _log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def _listen(self) -> None:
        """Take what the editor tells about files."""

        @self.feature(types.TEXT_DOCUMENT_DID_OPEN)
        def opened(params: types.DidOpenTextDocumentParams) -> None:
            item = params.text_document
            self._checks.changed(self._documents.put(item.uri, item.version, item.text), pause=0)

        @self.feature(types.TEXT_DOCUMENT_DID_CHANGE)
        def changed(params: types.DidChangeTextDocumentParams) -> None:
            item = params.text_document
            content = params.content_changes[-1].text
            self._checks.changed(self._documents.put(item.uri, item.version, content))

        @self.feature(types.TEXT_DOCUMENT_DID_CLOSE)
        def closed(params: types.DidCloseTextDocumentParams) -> None:
            self._documents.drop(params.text_document.uri)
            self._checks.closed(params.text_document.uri)
            self._checks.all_changed()  # those that import it are to read it from disk again

        @self.feature(types.TEXT_DOCUMENT_DID_SAVE)
        def saved(_params: types.DidSaveTextDocumentParams) -> None:
            self._checks.all_changed()

        @self.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
        def watched(_params: types.DidChangeWatchedFilesParams) -> None:
            self._checks.all_changed()

        @self.feature(types.SHUTDOWN)
        def shut_down(_params: None) -> None:
            self.is_shut_down = True
            self.end()

    def _offer(self, name: str, answer: Answer, options: object = None, *, patient: bool = True) -> None:
        """Answer a question about an open file, on a thread; `patient`: not before its text was read."""

        @self.feature(name, options)
        async def asked(params: Any) -> Any:  # noqa: ANN401  # each question has its own
            document = self._documents.get(params.text_document.uri)
            analysis = await self._checks.current(params.text_document.uri, patient=patient)
            if document is None or analysis is None:
                return None
            view = View(document, analysis, self._checks.found(analysis), self._documents, self._positions)
            return await asyncio.get_running_loop().run_in_executor(self.thread_pool, answer, view, params)
