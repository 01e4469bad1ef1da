"""Format: a file in its canonical layout, which says the same."""

from mailgrid.errors import CampaignError, MailgridError
from mailgrid.language.format.pieces import essence, pieces
from mailgrid.language.format.statements import statements
from mailgrid.language.format.writer import write
from mailgrid.language.parser import parse
from mailgrid.language.text import Text

__all__ = ["format_text"]


def format_text(text: Text) -> str:
    """Return the text in its canonical layout, with LF as line ends.

    Two blanks a level, one statement a line, arguments aligned within a group, words of the language in lower case.
    The author's groups, comments, texts and line ends inside conditions and lists stay.

    Raises:
        CampaignError: the text has mistakes of syntax.
        MailgridError: its words or its comments would change; that is never meant to be.
    """
    found = parse(text).diagnostics
    if found.errors:
        raise CampaignError(f"{text.name} has mistakes", tuple(found))
    content = _formatted(text)
    if essence(Text(text.name, content)) != essence(text):
        raise MailgridError(
            f"{text.name} cannot be formatted: its words or comments would change",
            hint="nothing was written; please report this as a mistake of Mailgrid, with the file",
        )
    return content


def _formatted(text: Text) -> str:
    return "".join(
        ("\n" if statement.after_blank else "") + write(statement) + "\n" for statement in statements(pieces(text))
    )
