"""Checks: analyses the open files on threads while they are edited, and publishes what is wrong with them.

A text is read when nobody has typed for a moment. First comes what the file itself says wrongly, then, of one that
says nothing wrongly, what is wrong in its sources' headers and its templates.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from mailgrid.language.diagnostics import Diagnostic
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
        publish: tells the editor.
        log: takes what went wrong in a plugin.
    """

    def __init__(
        self,
        documents: Documents,
        settings: Settings,
        publish: Publisher,
        log: Callable[[str], None],
    ) -> None:
        self._documents = documents
        self._settings = settings
        self._publish = publish
        self._log = log
        # One thread for each sort of work: while somebody types, what is not wanted any more must not pile up.
        self._reader = ThreadPoolExecutor(1, "mailgrid-read")
        self._looker = ThreadPoolExecutor(1, "mailgrid-look")
        self._done: dict[str, Analysis] = {}
        self._outdated: set[str] = set()  # not by a change of the file itself
        self._found: dict[str, tuple[Analysis, tuple[Diagnostic, ...]]] = {}
        self._running: dict[str, tuple[Document, asyncio.Task[Analysis]]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def changed(self, document: Document, pause: float = PAUSE) -> None:
        """Check a file after a pause, and with it those that import it."""
        self._schedule(document.uri, pause)
        for uri in {*self._done, *self._running} - {document.uri}:
            if uri in self._running or _reads(self._done[uri], document):
                self._outdate(uri)
                self._schedule(uri, pause)

    def all_changed(self) -> None:
        """Check all open files: something on disk is different."""
        for document in self._documents:
            self._outdate(document.uri)
            self._schedule(document.uri, PAUSE)

    def closed(self, uri: str) -> None:
        """Forget a file."""
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self._done.pop(uri, None)
        self._running.pop(uri, None)
        self._found.pop(uri, None)
        self._publish.drop(uri)

    def found(self, analysis: Analysis) -> tuple[Diagnostic, ...]:
        """Return what is wrong with a file, as far as it is known by now."""
        known = self._found.get(analysis.document.uri)
        return known[1] if known and known[0] is analysis else analysis.mistakes

    def end(self) -> None:
        """Begin nothing more, and leave out the rest of what was begun."""
        self._done.clear()
        for waiting in self._waiting.values():
            waiting.cancel()
        for threads in (self._reader, self._looker):
            threads.shutdown(wait=False, cancel_futures=True)

    async def current(self, uri: str, *, patient: bool = True) -> Analysis | None:
        """Return what a file says as it stands now, or else what it said last; None where it is not open."""
        document = self._documents.get(uri)
        done = self._done.get(uri)
        if document is None or (done and (self._is_current(done) or not patient)):
            return done if document else None
        running = self._running.get(uri)
        if running is None or running[0] is not document:
            running = document, asyncio.create_task(self._analyse(document))
            self._running[uri] = running
        return await asyncio.shield(running[1])

    async def _analyse(self, document: Document) -> Analysis:
        loop = asyncio.get_running_loop()
        unsaved = self._documents.unsaved
        analysis = await loop.run_in_executor(self._reader, analyse, document, self._settings, unsaved)
        running = self._running.get(document.uri)
        if running and running[1] is asyncio.current_task():
            del self._running[document.uri]
            self._done[document.uri] = analysis
            self._outdated.discard(document.uri)
        return analysis

    def _outdate(self, uri: str) -> None:
        """Note that what is known about a file is not so any more, though its text is the same."""
        self._outdated.add(uri)
        self._running.pop(uri, None)

    def _schedule(self, uri: str, pause: float) -> None:
        if waiting := self._waiting.get(uri):
            waiting.cancel()
        self._waiting[uri] = asyncio.create_task(self._check(uri, pause))

    async def _check(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        analysis = await self.current(uri)
        if analysis is None or not self._is_current(analysis):
            return
        self._publish(analysis.document, analysis.mistakes, analysis.fault)
        if analysis.compiled.diagnostics.errors:
            return
        look = partial(analysis.of_data, partial(self._is_current, analysis))
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._looker, look)
        except Exception as error:  # whatever a stranger's source does when it is opened
            # What it says is a stranger's too, and may repeat a secret.
            self._log(f"{analysis.document.path} cannot be checked: a plugin raised {type(error).__name__}")
            return
        if self._is_current(analysis):
            self._found[uri] = analysis, found
            self._publish(analysis.document, found, analysis.fault)

    def _is_current(self, analysis: Analysis) -> bool:
        """Tell whether a file and what it depends on are still as they were read."""
        uri = analysis.document.uri
        known = self._documents.get(uri) is analysis.document and self._done.get(uri) is analysis
        return known and uri not in self._outdated


def _reads(analysis: Analysis, document: Document) -> bool:
    """Tell whether a file was read for another one: it is imported, or a rule file."""
    path = document.path.resolve()
    return any(text.path and text.path.resolve() == path for text in analysis.compiled.texts)
