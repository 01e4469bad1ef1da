"""Every exception that Mailgrid raises on purpose.

    MailgridError                 exit 2  something is wrong that the user can put right
    ├── CampaignError             exit 2  a campaign file has mistakes; carries every Diagnostic
    ├── UsageError                exit 2  the command line, or an argument of the library, is wrong
    ├── SourceError               exit 2  a source cannot be read; knows the line where it can
    ├── TemplateError             exit 2  a template cannot be compiled or rendered; knows its line
    ├── AddressError              exit 2  a text is not one mail address
    ├── Refused                   exit 4  nothing was sent: unconfirmed, over a limit, locked, another ledger
    ├── Stopped                   exit 5  somebody at another terminal ended the run
    ├── LedgerError               exit 5  the ledger cannot be read or written; the run ends
    └── TransportError            exit 5  the far side cannot be reached, or refuses us; recipients stay pending

Each holds what happened (`message`), what to do about it (`hint`) and, where there is one, a `code` of the
diagnostics' catalogue. Only `mailgrid.cli` prints them and exits.
"""

from collections.abc import Sequence

__all__ = [
    "AddressError",
    "CampaignError",
    "LedgerError",
    "MailgridError",
    "Refused",
    "SourceError",
    "Stopped",
    "TemplateError",
    "TransportError",
    "UsageError",
    "reason_of",
]


class MailgridError(Exception):
    """Something is wrong that the user can put right.

    Args:
        message: what is wrong, lower case, no full stop, names in backticks.
        hint: what to type or do instead; empty when nothing better is known.
        code: the code under which it is explained, like `MG601`; empty when it has none.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class CampaignError(MailgridError):
    """A campaign file has mistakes.

    Args:
        message: how many, in one line.
        diagnostics: every one of them, in the order of the file (`mailgrid.language.diagnostics.Diagnostic`).
    """

    def __init__(self, message: str, diagnostics: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class UsageError(MailgridError):
    """The command line, or an argument of the library, is wrong."""


class SourceError(MailgridError, ValueError):
    """A source cannot be read.

    Args:
        message: what is wrong.
        hint: what to do.
        file: the file as the user named it; empty when the source is no file.
        line: 1-based line in that file; 0 when it is not about a line.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "MG403",
        file: str = "",
        line: int = 0,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.file = file
        self.line = line

    @property
    def placed(self) -> str:
        """The message, behind the file and the line that it is about where these are known."""
        place = ":".join(filter(None, (self.file, str(self.line or ""))))
        return f"{place}: {self.message}" if place else self.message


class TemplateError(MailgridError, ValueError):
    """A template cannot be compiled, or cannot be rendered for one recipient.

    Args:
        message: what is wrong, without any recipient's values.
        hint: what to do.
        template: the template's file, or the setting that holds the text (`subject`).
        line: 1-based line in it; 0 when it is not known.
        word: the filter, test or file in that line that it is about; empty when it is about all of it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "MG503",
        template: str = "",
        line: int = 0,
        word: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.template = template
        self.line = line
        self.word = word


class AddressError(MailgridError, ValueError):
    """A text is not one mail address; the message says why, without repeating the address."""


class Refused(MailgridError):
    """Nothing was sent: not confirmed, over a limit, locked by another run, or another ledger is meant."""

    exit_code = 4


class Stopped(MailgridError):
    """Somebody at another terminal ended the run; whoever was not written to stays pending."""

    exit_code = 5


class LedgerError(MailgridError, OSError):
    """The ledger cannot be read or written, so nobody may be written to any more."""

    exit_code = 5


class TransportError(MailgridError, ConnectionError):
    """The far side cannot be reached, or refuses us whatever we send; recipients stay pending."""

    exit_code = 5


def reason_of(error: OSError) -> str:
    """Return what the operating system says of an error, without the path: `permission denied`."""
    return (error.strerror or str(error)).lower()
