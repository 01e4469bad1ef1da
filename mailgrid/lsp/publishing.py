"""Publishing: what is wrong in the open files, and in those that they import, as an editor shows it."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from lsprotocol import types

from mailgrid.errors import MailgridError
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.lsp.documents import Document, Documents
from mailgrid.lsp.positions import Positions

__all__ = ["Publisher", "marker"]

_SOURCE = "mailgrid"
_START = types.Range(types.Position(0, 0), types.Position(0, 0))
_SEVERITY = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}

Send = Callable[[types.PublishDiagnosticsParams], None]


class Publisher:
    """Sends each file the mistakes that were found from all open files; what two of them found is sent once.

    Args:
        documents: the open files.
        positions: turns places into the editor's.
        send: gives them to the editor.
    """

    def __init__(self, documents: Documents, positions: Positions, send: Send) -> None:
        self._documents = documents
        self._positions = positions
        self._send = send
        self._found: dict[str, dict[str, list[types.Diagnostic]]] = {}  # open file, file that it is about

    def __call__(self, document: Document, found: Iterable[Diagnostic], fault: MailgridError | None = None) -> None:
        """Send what was found from an open file, in place of what was found from it before."""
        by_uri: dict[str, list[types.Diagnostic]] = {document.uri: [_faulty(fault)] if fault else []}
        for diagnostic in found:
            path = diagnostic.span.text.path if diagnostic.span else None
            uri = self._documents.uri(path) if path else document.uri
            by_uri.setdefault(uri, []).append(marker(diagnostic, self._documents, self._positions))
        self._replace(document.uri, by_uri)

    def drop(self, uri: str) -> None:
        """Take back what was found from a file that was closed."""
        self._replace(uri, {})

    def _replace(self, uri: str, by_uri: dict[str, list[types.Diagnostic]]) -> None:
        before = self._found.pop(uri, {})
        if by_uri:
            self._found[uri] = by_uri
        for each in {**before, **by_uri}:
            self._publish(each)

    def _publish(self, uri: str) -> None:
        shown: list[types.Diagnostic] = []
        for by_uri in self._found.values():
            shown += [each for each in by_uri.get(uri, ()) if each not in shown]
        document = self._documents.get(uri)
        version = document.version if document else None
        self._send(types.PublishDiagnosticsParams(uri=uri, diagnostics=shown, version=version))


def marker(diagnostic: Diagnostic, documents: Documents, positions: Positions) -> types.Diagnostic:
    """Return a diagnostic as an editor shows it: what is wrong, what to write, and the further places."""
    notes = [note.text for note in diagnostic.notes if note.span is None]
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(documents.uri(note.span.text.path), positions.range(note.span)), note.text
        )
        for note in diagnostic.notes
        if note.span and note.span.text.path
    ]
    return types.Diagnostic(
        range=positions.range(diagnostic.span) if diagnostic.span else _START,
        message="\n".join(filter(None, [diagnostic.message, diagnostic.help_line, *notes])),
        severity=_SEVERITY[diagnostic.severity],
        code=diagnostic.code,
        code_description=_described(diagnostic.code),
        source=_SOURCE,
        related_information=related or None,
    )


def _faulty(fault: MailgridError) -> types.Diagnostic:
    return types.Diagnostic(
        range=_START,
        message="\n".join(filter(None, [fault.message, fault.hint])),
        severity=types.DiagnosticSeverity.Error,
        code=fault.code or None,
        code_description=_described(fault.code),
        source=_SOURCE,
    )


@lru_cache(maxsize=256)
def _described(code: str) -> types.CodeDescription | None:
    """Return where a code is explained: the page that is installed with the program, so it fits its version."""
    page = files("mailgrid.language").joinpath("essays", f"{code}.md")
    return types.CodeDescription(page.as_uri()) if isinstance(page, Path) and page.is_file() else None
