"""Settings: the statements of a campaign or of `defaults`, by keyword, each where it may be and as often as it may."""

from collections.abc import Iterable, Mapping

from mailgrid.language.ast import Import, Item, Junk, Let, Literal, Statement, Where, Word
from mailgrid.language.diagnostics import Diagnostics, Edit, Note
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span
from mailgrid.language.vocabulary import BODIES, CAMPAIGN, FILE, VOCABULARY

__all__ = ["Settings", "check_file", "collect", "collect_variant", "merge"]

#: The statements of a block, by keyword, in the order of the text.
Settings = Mapping[str, tuple[Statement | Where, ...]]

#: What may stand in a `variant`: what is in the message, and nothing that decides who gets it.
_VARIED = frozenset(row.keyword for row in VOCABULARY.values() if row.varied)


def collect(items: Iterable[Item], diagnostics: Diagnostics) -> Settings:
    """Sort the statements of a campaign or of `defaults`; those that may not stand there are reported."""
    found: dict[str, list[Statement | Where]] = {}
    previous: Item | None = None
    for item in items:
        if isinstance(item, Where):
            _check_indentation(item, previous, diagnostics)
            found.setdefault("where", []).append(item)
        elif isinstance(item, Statement) and item.keyword not in VOCABULARY:
            if meant := _report_unknown(item, CAMPAIGN, diagnostics):
                found.setdefault(meant, [])  # it was tried, so it is not missing too
        elif not isinstance(item, Junk) and _is_allowed(item, CAMPAIGN, diagnostics):
            assert isinstance(item, Statement)
            _add(found, item, diagnostics)
        previous = item
    return {keyword: tuple(statements) for keyword, statements in found.items()}


def collect_variant(statement: Statement, diagnostics: Diagnostics) -> Settings:
    """Sort the statements of a `variant`; those that say something else than what is in the message are reported."""
    settings = dict(collect(statement.block.items if statement.block else (), diagnostics))
    for keyword in settings.keys() - _VARIED:
        for found in settings.pop(keyword):
            hint = "move it out of the `{ }` of the variant"
            span = Span(found.span.text, found.span.start, found.span.start + len(keyword))
            if keyword == "where":
                hint = "write it before the `{` of the variant"
            diagnostics.add("MG202", span, found=keyword, place="the campaign itself", suggestion=hint)
    return settings


def merge(own: Settings, defaults: Settings) -> Settings:
    """Put a campaign's own settings over the defaults; repeatable ones add to them."""
    merged = dict(defaults)
    if any(body in own for body in BODIES):
        merged = {keyword: statements for keyword, statements in merged.items() if keyword not in BODIES}
    for keyword, statements in own.items():
        row = VOCABULARY[keyword]
        merged[keyword] = (*merged.get(keyword, ()), *statements) if row.repeatable else statements
    return merged


def check_file(items: Iterable[Item], names: Iterable[str], diagnostics: Diagnostics) -> None:
    """Report statements that may not stand in a file outside blocks; `names` are its campaigns."""
    seen: dict[str, Statement] = {}
    campaigns = list(names)
    for item in items:
        if isinstance(item, Where):
            _report_misplaced(item.span, "where", campaigns, diagnostics)
        elif isinstance(item, Statement) and item.keyword not in VOCABULARY:
            _report_unknown(item, FILE, diagnostics)
        elif isinstance(item, Statement) and _is_allowed(item, FILE, diagnostics, campaigns):
            _check_shape(item, diagnostics)
            row = VOCABULARY[item.keyword]
            if not row.repeatable and CAMPAIGN not in row.places:
                _check_once(seen, item, diagnostics)


def _is_allowed(item: Item, place: str, diagnostics: Diagnostics, campaigns: Iterable[str] = ()) -> bool:
    """Tell whether a statement that is known may stand in a place; if not, say where it may."""
    if isinstance(item, Let | Import):
        keyword = "let" if isinstance(item, Let) else "import"
        span = Span(item.span.text, item.span.start, item.span.start + len(keyword))
    else:
        assert isinstance(item, Statement)
        keyword, span = item.keyword, item.keyword_span
    if place in VOCABULARY[keyword].places:
        return True
    _report_misplaced(span, keyword, campaigns, diagnostics)
    return False


def _report_unknown(item: Statement, place: str, diagnostics: Diagnostics) -> str | None:
    """Report a statement that there is not; return the one that was meant, where that is clear."""
    known = [row.keyword for row in VOCABULARY.values() if place in row.places]
    meant = nearest(item.keyword, known)
    hint = f"did you mean `{meant}`?" if meant else f"here may stand: {', '.join(known)}"
    edit = Edit(item.keyword_span, meant) if meant else None
    diagnostics.add("MG201", item.keyword_span, edit=edit, found=item.keyword, suggestion=hint)
    return meant


def _report_misplaced(span: Span, keyword: str, campaigns: Iterable[str], diagnostics: Diagnostics) -> None:
    span = Span(span.text, span.start, span.start + len(keyword))
    if CAMPAIGN in VOCABULARY[keyword].places:
        name = next(iter(campaigns), "")
        block = f"`campaign {name}`" if name else "`campaign NAME { }`"
        hint = f"move it between `{{` and `}}` of {block}, or into `defaults {{ }}`"
        diagnostics.add("MG202", span, found=keyword, place="a campaign", suggestion=hint)
    else:
        hint = "move it out of the `{ }`, to the start of a line of its own"
        diagnostics.add("MG202", span, found=keyword, place="the file itself", suggestion=hint)


def _add(found: dict[str, list[Statement | Where]], item: Statement, diagnostics: Diagnostics) -> None:
    _check_shape(item, diagnostics)
    statements = found.setdefault(item.keyword, [])
    alike = statements[0] if statements and not VOCABULARY[item.keyword].repeatable else _alike(statements, item)
    if alike:
        _report_twice(alike, item, diagnostics)
    else:
        statements.append(item)


def _alike(statements: Iterable[Statement | Where], item: Statement) -> Statement | Where | None:
    """Return an earlier `limit` of the same domain: which of the two holds would be a question."""
    target = _limited(item)
    return next((each for each in statements if target and _limited(each) == target), None)


def _limited(item: Statement | Where) -> str:
    """Return whom a `limit` is for, as it was written but for capitals; empty where it is something else."""
    if not isinstance(item, Statement) or item.keyword != "limit":
        return ""
    domain = item.arguments[1] if len(item.arguments) > 1 else None
    return domain.span.source.casefold() if isinstance(domain, Word | Literal) else ""


def _check_once(seen: dict[str, Statement], item: Statement, diagnostics: Diagnostics) -> None:
    first = seen.setdefault(item.keyword, item)
    if first is not item:
        _report_twice(first, item, diagnostics)


def _report_twice(first: Statement | Where, second: Statement, diagnostics: Diagnostics) -> None:
    note = Note(f"first set on line {first.span.line}")
    diagnostics.add("MG203", second.keyword_span, notes=(note,), found=second.keyword)


def _check_shape(item: Statement, diagnostics: Diagnostics) -> None:
    """Report a `where` or a block where a statement has none."""
    row = VOCABULARY[item.keyword]
    if item.where and not row.where:
        hint = "put the condition on a line of its own" if CAMPAIGN in row.places else ""
        diagnostics.add("MG214", item.where.span, found=item.keyword, what="`where`", suggestion=hint)
    if item.block and not row.block:
        brace = Span(item.block.span.text, item.block.span.start, item.block.span.start + 1)
        diagnostics.add("MG214", brace, found=item.keyword, what="block", suggestion="")


def _check_indentation(where: Where, previous: Item | None, diagnostics: Diagnostics) -> None:
    """Warn of a `where` that looks as if it belonged to the statement above it."""
    if not isinstance(previous, Statement) or where.span.column <= previous.span.column:
        return
    if where.span.line == previous.span.line or previous.span.text is not where.span.text:
        return
    span = Span(where.span.text, where.span.start, where.span.start + len("where"))
    diagnostics.add("W208", span, found=previous.keyword)
