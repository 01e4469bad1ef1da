"""The page docs/diagnostics.md, made of the essays. To write it anew: `python -m tests.docs.diagnostics_page`."""

from mailgrid.language.catalogue import CATALOGUE
from mailgrid.language.essay import Essay, codes, essay
from tests.docs.pages import ROOT

__all__ = ["PAGE", "content", "ungrouped"]

PAGE = ROOT / "docs" / "diagnostics.md"

_HEAD = """\
# Errors and warnings

Everything that Mailgrid says about a file or a run has a code. `mailgrid explain CODE` tells what it means, why it is
so, and shows a wrong and a right example; each example is run by the tests. Codes never change their meaning. Those
that begin with W are warnings: the file can be used as it is.

An example that is no whole file stands in a campaign whose source is `users.csv` with the columns `email`,
`first_name`, `country`, `plan`, `active`, `age`, `balance` and `joined`, and whose other settings are in `defaults`.

Many mistakes of spelling can be put right by `mailgrid check --fix`.
"""
_GROUPS = {
    "MG1": "Syntax",
    "MG2": "Names and structure",
    "W2": "Names and structure: warnings",
    "MG3": "Conditions",
    "W3": "Conditions: warnings",
    "MG4": "Sources",
    "W4": "Sources: warnings",
    "MG5": "Templates and attachments",
    "W5": "Templates and attachments: warnings",
    "MG6": "Planning and sending",
    "W6": "Planning and sending: warnings",
}


def content() -> str:
    """Return what the page has to say."""
    found = [one for one in map(essay, codes()) if one]
    parts = [_HEAD]
    for prefix, title in _GROUPS.items():
        group = [one for one in found if one.code.startswith(prefix)]
        if group:
            parts.append("\n".join([f"## {title}", "", "| code | what it is |", "|---|---|", *map(_row, group), ""]))
    return "\n".join(parts)


def _row(one: Essay) -> str:
    title = one.title.replace("|", "\\|")
    return f"| [{one.code}](../mailgrid/language/essays/{one.code}.md) | {title} |"


def ungrouped() -> set[str]:
    """Return the codes that no group of the page takes."""
    return {code for code in {*codes(), *CATALOGUE} if not code.startswith(tuple(_GROUPS))}


if __name__ == "__main__":
    PAGE.write_text(content(), encoding="utf-8")
