"""Statement words: settings, drivers, options and clause words that may stand at a place, as the vocabulary says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lsprotocol.types import CompletionItemKind

from mailgrid.hookspecs import Option, OptionType, SourceKind, TransportKind
from mailgrid.language.layout import Token
from mailgrid.language.pace import PACE
from mailgrid.language.vocabulary import CAMPAIGN, FILE, VOCABULARY, Row, Slot, Type
from mailgrid.lsp.analysis import Analysis
from mailgrid.lsp.candidates import Candidate, columns
from mailgrid.lsp.columns import Header
from mailgrid.lsp.condition_words import accepted
from mailgrid.lsp.cursor import Block, Cursor
from mailgrid.lsp.declarations import declarations

__all__ = ["kind_of", "option_of", "statement_words"]

_DRIVEN = frozenset({"source", "suppress", "transport"})
_OUTSIDE = (
    Candidate("env", CompletionItemKind.Function, "an environment variable", 'env("'),
    Candidate("secret", CompletionItemKind.Function, "one that is never shown", 'secret("'),
)


def statement_words(cursor: Cursor, analysis: Analysis, headers: Iterable[Header]) -> Iterator[Candidate]:
    """Yield what may stand at a place outside of conditions and texts."""
    block = cursor.blocks[-1] if cursor.blocks else None
    if block and block.keyword in _DRIVEN:
        kind = kind_of(block.header, analysis)
        yield from _in_driver(cursor, block, kind) if kind else ()
    elif not cursor.before:
        yield from _settings(block)
    elif cursor.before[0].type in {"NAME", "LET"}:
        yield from _arguments(cursor, analysis, headers)


def kind_of(header: Sequence[Token], analysis: Analysis) -> SourceKind | TransportKind | None:
    """Return the driver that a statement `source`, `suppress` or `transport` names, in place or behind a name."""
    kinds = _kinds(header[0].text, analysis)
    return next((kinds[word.text] for word in header[1:3] if word.text in kinds), None)


def option_of(kind: SourceKind | TransportKind, name: str) -> Option | None:
    """Return what a driver declares under a name."""
    return next((option for option in kind.options if option.name == name), None)


def _kinds(keyword: str, analysis: Analysis) -> Mapping[str, SourceKind] | Mapping[str, TransportKind]:
    return analysis.kinds.transports if keyword == "transport" else analysis.kinds.sources


# ---- the first word --------------------------------------------------------------------------------------------


def _settings(block: Block | None) -> Iterator[Candidate]:
    """Yield the statements that may stand in a block and are not there yet."""
    written = block.keywords if block else frozenset()
    for row in VOCABULARY.values():
        if _may_stand(row, block) and (row.repeatable or block is None or row.keyword not in written):
            yield Candidate(row.keyword, CompletionItemKind.Property, row.help)


def _may_stand(row: Row, block: Block | None) -> bool:
    if block is None:
        return FILE in row.places
    if block.keyword == "variant":
        return row.varied
    return block.keyword in {"campaign", "defaults"} and CAMPAIGN in row.places


def _in_driver(cursor: Cursor, block: Block, kind: SourceKind | TransportKind) -> Iterator[Candidate]:
    """Yield a driver's options that are not written yet, or what may be written for one."""
    if cursor.before:
        if option := option_of(kind, cursor.before[0].text):
            yield from _values(option, cursor.before)
        return
    for option in kind.options:
        if option.name not in block.keywords:
            yield Candidate(option.name, CompletionItemKind.Property, option.help)
    is_named = block.keyword == "transport" and len(block.header) > 1 and block.header[1].text != kind.name
    for keyword in PACE if is_named else ():
        if keyword not in block.keywords and not option_of(kind, keyword):
            yield Candidate(keyword, CompletionItemKind.Property, VOCABULARY[keyword].help)


def _values(option: Option, before: Sequence[Token]) -> Iterator[Candidate]:
    """Yield what may be written for an option."""
    if len(before) > 1:
        if option.unit and before[-1].text != option.unit:
            yield Candidate(option.unit, CompletionItemKind.Unit, option.help)
        return
    flags = ("true", "false") if option.type is OptionType.FLAG else ()
    yield from (Candidate(word, CompletionItemKind.EnumMember, option.help) for word in (*option.choices, *flags))
    yield from _OUTSIDE[1:] if option.type is OptionType.SECRET else _OUTSIDE


# ---- further words ---------------------------------------------------------------------------------------------


def _arguments(cursor: Cursor, analysis: Analysis, headers: Iterable[Header]) -> Iterator[Candidate]:
    """Yield what may follow the words of a statement."""
    before = cursor.before
    keyword = before[0].text
    row = VOCABULARY.get(keyword)
    if row is None:
        return
    if keyword in _DRIVEN:
        yield from _drivers(before, analysis, in_file=not cursor.blocks)
    if keyword == "key" and len(before) == 1:
        yield from columns(headers)
    yield from _slots(row, before)
    if row.where and len(before) > 1 and "WHERE" in accepted(before):
        yield Candidate("where", CompletionItemKind.Keyword, "a condition")


def _drivers(before: Sequence[Token], analysis: Analysis, *, in_file: bool) -> Iterator[Candidate]:
    """Yield the names and drivers that may follow `source`, `suppress` or `transport`."""
    keyword = before[0].text
    if len(before) != 1 + in_file:
        return
    what = "transport" if keyword == "transport" else "source"
    if not in_file:
        names = (name for sort, name in declarations(analysis.module) if sort == what)
        yield from (Candidate(name, CompletionItemKind.Variable, what) for name in names)
    for name, kind in _kinds(keyword, analysis).items():
        yield Candidate(name, CompletionItemKind.Module, kind.help)


def _slots(row: Row, before: Sequence[Token]) -> Iterator[Candidate]:
    """Yield the words that a statement takes as its next argument, and its clauses that are not written yet."""
    plain, used, open_clause = _read(row, before[1:])
    if open_clause:
        yield from _words(row.clauses[open_clause], row)
        return
    if plain < len(row.slots):
        yield from _words(row.slots[plain], row)
    if all(slot.optional for slot in row.slots[plain:]):
        for word in row.clauses.keys() - used:
            yield Candidate(word, CompletionItemKind.Keyword, row.wanted)


def _words(slot: Slot, row: Row) -> Iterator[Candidate]:
    yield from (Candidate(word, CompletionItemKind.EnumMember, row.help) for word in slot.words)
    if slot.type is Type.KEY:
        yield _OUTSIDE[1]


def _read(row: Row, words: Sequence[Token]) -> tuple[int, set[str], str]:
    """Count a statement's plain arguments; return its clauses too, and the one that still wants its value."""
    plain, used, wanting, depth = 0, set[str](), "", 0
    for word in words:
        depth += (word.type in {"LPAR", "LSQB"}) - (word.type in {"RPAR", "RSQB"})
        if depth or word.type in {"RPAR", "RSQB"}:
            continue
        if wanting:
            wanting = ""
        elif word.text in row.clauses and word.text not in used:
            used.add(word.text)
            wanting = word.text if row.clauses[word.text].type is not Type.NOTHING else ""
        else:
            plain += 1 + _is_skipped(row.slots[plain : plain + 1], word)
    return plain, used, wanting


def _is_skipped(slots: Sequence[Slot], word: Token) -> bool:
    """Tell whether a word stands where a name may be left out, and is none."""
    return any(slot.optional and slot.type is Type.NAME for slot in slots) and word.type != "NAME"
