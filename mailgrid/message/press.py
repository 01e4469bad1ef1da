"""Press: makes a PDF of a page in HTML, with pictures and styles of the project and of nowhere else."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from mailgrid.errors import MailgridError, TemplateError
from mailgrid.message.extras import extra

__all__ = ["Press"]

#: What relative addresses of a page begin with for the program; nothing is ever asked there.
_BASE = "https://project.invalid/"
#: Pango is not made for several threads at once.
_ONE = Lock()


class Press:
    """Makes PDF files; it needs the extra `pdf`.

    Args:
        find: turns a path into a place on disk; raises SourceError where it leaves the project.
        place: the setting that wants it, for messages.

    Raises:
        TemplateError: what makes them is not installed.
    """

    def __init__(self, find: Callable[[str], Path], place: str) -> None:
        self._place = place
        self._weasyprint = extra("weasyprint", "pdf", "`attach pdf`", place)
        self._urls = extra("weasyprint.urls", "pdf", "`attach pdf`", place)
        self._reader = _Reader(find, self._urls)

    def __call__(self, html: str) -> bytes:
        """Return a PDF.

        Raises:
            TemplateError: the page names a file that it may not have, or that is not there.
        """
        try:
            with _ONE:
                page = self._weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=self._reader)
                return bytes(page.write_pdf())
        except self._urls.FatalURLFetchingError as error:
            cause = error.__cause__
            reason = cause.message if isinstance(cause, MailgridError) else "it cannot be read, or is on the network"
            raise TemplateError(f"the PDF shows a file that it cannot have: {reason}", template=self._place) from None


class _Reader:
    """Reads what a page names, from the project."""

    def __init__(self, find: Callable[[str], Path], urls: Any) -> None:  # noqa: ANN401 (a module has no type of its own)
        self._find = find
        self._urls = urls
        self._data = urls.URLFetcher(allowed_protocols=("data",))
        self._fail_on_errors = True  # a picture that is missing is an error, and not a remark in a log

    def __call__(self, url: str) -> object:
        """Return what an address means; raises where it is outside of the project, on the network, or not there."""
        if not url.startswith(_BASE):
            return self._data.fetch(url)
        found = self._find(unquote(urlsplit(url).path).lstrip("/"))
        return self._urls.URLFetcherResponse(url, found.read_bytes())
