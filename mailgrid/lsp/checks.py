"""Checks: analyses the open files on threads while they are edited, and publishes what is wrong with them.

A text is read when nobody has typed for a moment. First comes what the file itself says wrongly, then, of one that
says nothing wrongly, what is wrong in its sources' headers and its templates.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from mailgrid.library.settings import Settings
from mailgrid.lsp.analysis import Analysis, analyse
from mailgrid.lsp.documents import Document, Documents
from mailgrid.lsp.publishing import Publisher

__all__ = ["PAUSE", "Checks"]

#: For so many seconds nobody may have typed before a text is read.
PAUSE = 0.15


class Checks:
    """Keeps what is known about the open files.

    Args:
        documents: the open files.
        settings: what is set from outside of them.
        threads: where the work is done.
        publish: tells the editor.
        log: takes what went wrong in a plugin.
    """

    def __init__(
        self,
        documents: Documents,
        settings: Settings,
        threads: Executor,
        publish: Publisher,
        log: Callable[[str], None],
    ) -> None:
        self._documents = documents
        self._settings = settings
        self._threads = threads
        self._publish = publish
        self._log = log
        self._done: dict[str, Analysis] = {}
        self._running: dict[str, tuple[Document, asyncio.Task[Analysis]]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def changed(self, document: Document, pause: float = PAUSE) -> None:
        """Check a file after a pause, and with it those that import it."""
        self._schedule(document.uri, pause)
        path = document.path.resolve()
        for uri, analysis in tuple(self._done.items()):
            texts = analysis.compiled.texts
            if uri != document.uri and any(text.path and text.path.resolve() == path for text in texts):
                del self._done[uri]
                self._running.pop(uri, None)
                self._schedule(uri, pause)

    def all_changed(self) -> None:
        """Check all open files: something on disk is different."""
        self._done.clear()
        self._running.clear()
        for document in self._documents:
            self._schedule(document.uri, PAUSE)

    def closed(self, uri: str) -> None:
        """Forget a file."""
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self._done.pop(uri, None)
        self._running.pop(uri, None)
        self._publish.drop(uri)

    def last(self, uri: str) -> Analysis | None:
        """Return what was found out last, perhaps about an earlier text."""
        return self._done.get(uri)

    async def current(self, uri: str) -> Analysis | None:
        """Return what a file says as it stands now; None where it is not open."""
        document = self._documents.get(uri)
        done = self._done.get(uri)
        if document is None or (done and done.document is document):
            return done if document else None
        running = self._running.get(uri)
        if running is None or running[0] is not document:
            running = document, asyncio.create_task(self._analyse(document))
            self._running[uri] = running
        return await asyncio.shield(running[1])

    async def _analyse(self, document: Document) -> Analysis:
        loop = asyncio.get_running_loop()
        unsaved = self._documents.unsaved
        analysis = await loop.run_in_executor(self._threads, analyse, document, self._settings, unsaved)
        if self._documents.get(document.uri) is document:
            self._done[document.uri] = analysis
        return analysis

    def _schedule(self, uri: str, pause: float) -> None:
        if waiting := self._waiting.get(uri):
            waiting.cancel()
        self._waiting[uri] = asyncio.create_task(self._check(uri, pause))

    async def _check(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        analysis = await self.current(uri)
        if analysis is None or not self._is_current(analysis):
            return
        self._publish(analysis.document, analysis.of_language(), analysis.fault)
        if analysis.compiled.diagnostics.errors:
            return
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, analysis.of_data)
        except Exception as error:  # whatever a stranger's source does when it is opened
            self._log(f"{analysis.document.path} cannot be checked: {type(error).__name__}: {error}")
            return
        if self._is_current(analysis):
            self._publish(analysis.document, found, analysis.fault)

    def _is_current(self, analysis: Analysis) -> bool:
        return self._documents.get(analysis.document.uri) is analysis.document
