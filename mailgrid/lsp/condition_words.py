"""Condition words: what may follow inside a `where`, as the parser itself says."""

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol.types import CompletionItemKind

from mailgrid.language.ast import Let, List
from mailgrid.language.expressions.function_rows import FUNCTION_ROWS
from mailgrid.language.layout import Token
from mailgrid.language.parser import Machine
from mailgrid.lsp.analysis import Analysis
from mailgrid.lsp.candidates import Candidate, columns
from mailgrid.lsp.columns import Header
from mailgrid.lsp.declarations import Declaration, declarations

__all__ = ["accepted", "condition_words"]

#: How the language's words are written, by their terminals.
_WORDS = {
    "AND": ("and",),
    "OR": ("or",),
    "NOT": ("not",),
    "IN": ("in",),
    "IS": ("is",),
    "EMPTY": ("empty",),
    "BETWEEN": ("between",),
    "CONTAINS": ("contains",),
    "STARTS": ("starts with",),
    "ENDS": ("ends with",),
    "WITH": ("with",),
    "MATCHES": ("matches",),
    "WHEN": ("before", "after"),
    "IGNORING_CASE": ("ignoring case",),
    "TRUE": ("true",),
    "FALSE": ("false",),
    "EQ": ("=",),
    "CMP": ("!=", "<", "<=", ">", ">="),
    "PLUS": ("+",),
    "MINUS": ("-",),
}
_SIGNS = frozenset({"EQ", "CMP", "PLUS", "MINUS"})


def accepted(before: Sequence[Token]) -> frozenset[str]:
    """Return the terminals that the parser takes after these words; none where it does not understand them."""
    machine = Machine()
    return machine.accepts() if all(machine.feed(token) for token in before) else frozenset()


def condition_words(before: Sequence[Token], analysis: Analysis, headers: Iterable[Header]) -> Iterator[Candidate]:
    """Yield what may follow these words of a statement, of which one is `where`."""
    terminals = accepted(before)
    known = declarations(analysis.module)
    after_in = before[-1].type == "IN"
    if after_in and "LPAR" not in terminals:
        yield from _named(known, "segment", CompletionItemKind.Class)
        return
    if "NAME" in terminals:
        if after_in:
            yield from _lists(known)
            yield from _functions(analysis, only="lines")
        else:
            yield from columns(headers)
            yield from _named(known, "let", CompletionItemKind.Constant)
            yield from _functions(analysis)
    for terminal, words in _WORDS.items():
        if terminal in terminals:
            kind = CompletionItemKind.Operator if terminal in _SIGNS else CompletionItemKind.Keyword
            yield from (Candidate(word, kind) for word in words)


def _named(known: dict[tuple[str, str], Declaration], what: str, kind: CompletionItemKind) -> Iterator[Candidate]:
    return (Candidate(name, kind, what) for (sort, name) in known if sort == what)


def _lists(known: dict[tuple[str, str], Declaration]) -> Iterator[Candidate]:
    """Yield what `in` may look into: a `let` that is a list, the keys of a source."""
    for declaration in known.values():
        item = declaration.item
        if isinstance(item, Let) and isinstance(item.value, List):
            yield Candidate(declaration.name, CompletionItemKind.Constant, "let")
    yield from _named(known, "source", CompletionItemKind.Module)


def _functions(analysis: Analysis, only: str = "") -> Iterator[Candidate]:
    seen: set[str] = set()
    for row in FUNCTION_ROWS:
        if row.name not in seen and only in {"", row.name}:
            seen.add(row.name)
            detail = f"{row.form}: {row.help}" if row.help else row.form
            yield Candidate(row.name, CompletionItemKind.Function, detail, f"{row.name}(")
    if not only:
        yield Candidate("rules", CompletionItemKind.Function, "rules(file): the condition of a rule file", "rules(")
        for name, kind in analysis.kinds.functions.items():
            told = f"{kind.help} ({kind.result})" if kind.result else kind.help
            yield Candidate(name, CompletionItemKind.Function, told, f"{name}(")
