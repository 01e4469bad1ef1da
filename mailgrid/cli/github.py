"""GitHub's annotations: each diagnostic as a workflow command, which marks the line in a pull request."""

from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.frame import as_json
from mailgrid.library.checking import Checked

__all__ = ["annotations"]

_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def annotations(checked: Checked) -> list[str]:
    """Return a line for each diagnostic: `::error file=a.mailgrid,line=3,col=3,...,title=MG201::message`."""
    return [_annotation(checked, diagnostic) for diagnostic in checked.diagnostics]


def _annotation(checked: Checked, diagnostic: Diagnostic) -> str:
    place = as_json(diagnostic)
    properties = {
        "file": place["file"] or checked.file,
        "line": place["line"],
        "col": place["column"],
        "endLine": place["end_line"],
        "endColumn": place["end_column"],
        "title": diagnostic.code,
    }
    written = ",".join(
        f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties.items() if value is not None
    )
    message = "\n".join(filter(None, (diagnostic.message, diagnostic.help_line)))
    return f"::{diagnostic.severity} {written}::{message.translate(_IN_MESSAGE)}"
