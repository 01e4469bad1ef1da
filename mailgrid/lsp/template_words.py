"""Template words: what may stand inside `{{ }}` and `{% %}` of a text in quotes."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from lsprotocol.types import CompletionItemKind

from mailgrid.lsp.analysis import Analysis
from mailgrid.lsp.candidates import Candidate, columns
from mailgrid.lsp.columns import Header
from mailgrid.lsp.declarations import declarations

__all__ = ["template_words"]

_INSIDE = re.compile(r"\{[{%](?:(?![}%]\}).)*\Z", re.DOTALL)
_WORD = re.compile(r"(?:\b(vars|row|recipient|campaign)\.|(\|)\s*)?(\w*)\Z")
_NAME = re.compile(r"[A-Za-z_]\w*")
_RECORDS = {
    "vars": "the values of `let`",
    "row": "all columns, as row.name or row[...]",
    "recipient": "recipient.address, the address that the message goes to",
    "campaign": "campaign.name, the campaign's name",
    "now": "the moment of the plan",
    "unsubscribe_url": "the link by which a reader leaves the list, where the campaign has `unsubscribe`",
    "token": "a text that proves which message a link or a bounce belongs to",
}
_FIELDS = {"recipient": "address", "campaign": "name"}


def template_words(quoted: str, analysis: Analysis, headers: Iterable[Header]) -> tuple[int, Iterator[Candidate]]:
    """Return what may follow inside a text in quotes, and how many characters of it are written already.

    Args:
        quoted: the text up to the place that is typed at.
        analysis: what the file says.
        headers: those of the campaign's source.
    """
    inside = _INSIDE.search(quoted)
    word = _WORD.search(inside[0]) if inside else None
    if word is None:
        return 0, iter(())
    record, bar, begun = word.groups()
    return len(begun), _words(record, analysis, headers, is_filter=bool(bar))


def _words(
    record: str | None, analysis: Analysis, headers: Iterable[Header], *, is_filter: bool
) -> Iterator[Candidate]:
    if is_filter:
        yield from (Candidate(name, CompletionItemKind.Function, "filter") for name in _filters())
        functions = analysis.kinds.functions
        yield from (Candidate(name, CompletionItemKind.Function, kind.help) for name, kind in functions.items())
    elif record == "vars":
        lets = (name for what, name in declarations(analysis.module) if what == "let")
        yield from (Candidate(name, CompletionItemKind.Constant, "let") for name in lets)
    elif record in _FIELDS:
        yield Candidate(_FIELDS[record], CompletionItemKind.Field)
    else:
        # A column with blanks in its name is only `row["..."]`.
        plain = (each for each in columns(headers, code=False) if _NAME.fullmatch(each.label))
        yield from plain
        if record is None:
            yield from (Candidate(name, CompletionItemKind.Struct, told) for name, told in _RECORDS.items())
            for name, kind in analysis.kinds.functions.items():
                yield Candidate(name, CompletionItemKind.Function, kind.help, f"{name}(")


@cache
def _filters() -> tuple[str, ...]:
    # Imported late: whoever edits conditions only needs no template engine.
    from mailgrid.message.sandbox import Mode, Sandbox

    return tuple(sorted(Sandbox(Mode.TEXT, None).filters.keys() - {"steps"}))
