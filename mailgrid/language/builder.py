"""The builder: from the parser's tree, which only knows rules and tokens, to the tree in `ast`.

One loop goes through the tree, children first; for each rule there is one method of the rule's name. It takes any
tree of the shape below, so it does not know which parser made it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.layout import Token
from mailgrid.language.literals import LITERALS, literal
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["MAX_DEPTH", "Branch", "Broken", "Builder", "Extent", "too_deep"]

#: How deep a tree may be. Nobody writes a condition so deep, and every later stage may use recursion without fear.
MAX_DEPTH = 100

Parts = list[Any]  # what was built of the children: nodes, and tokens that are no literals


class Extent(Protocol):
    """The stretch of text that a branch or a token covers, in offsets of characters."""

    start_pos: int
    end_pos: int


class Branch(Protocol):
    """A node of the parser's tree: the rule's name, the tokens and branches below it, its extent."""

    @property
    def data(self) -> str:
        """The rule's name."""
        ...

    @property
    def children(self) -> Sequence[object]:
        """Tokens and branches, in the order of the text."""
        ...

    @property
    def meta(self) -> Extent:
        """Where it stands."""
        ...


class Leaf(Extent, Protocol):
    """A token in the parser's tree: its terminal's name, and its extent."""

    type: str


@value
class Broken:
    """A statement with a mistake.

    The parser kept its beginning and left out the rest. `first` is its first token, `junk` what was left out, `name`
    the name that a `let` defines; `in_where` says that the mistake was in its condition.
    """

    first: Token
    junk: Span
    name: Token | None = None
    in_where: bool = False


def too_deep(root: Branch) -> Branch | None:
    """Return a branch that lies deeper than MAX_DEPTH, or None. It does not use recursion itself."""
    pending = [(root, 0)]
    while pending:
        branch, depth = pending.pop()
        if depth > MAX_DEPTH:
            return branch
        pending.extend((cast("Branch", child), depth + 1) for child in branch.children if hasattr(child, "children"))
    return None


class Builder:
    """Makes the tree of one text.

    Args:
        text: the text that the offsets mean.
        diagnostics: where literals with a mistake are reported.
        broken: the statements with a mistake, by the offset of their first token.
    """

    def __init__(self, text: Text, diagnostics: Diagnostics, broken: Mapping[int, Broken]) -> None:
        self._text = text
        self._diagnostics = diagnostics
        self._broken = broken

    def __call__(self, root: Branch) -> ast.File:
        """Build the file's tree."""
        items = tuple(cast("ast.Item", self._build(child)) for child in root.children)
        return ast.File(Span(self._text, 0, len(self._text.content)), items)

    def _build(self, piece: object) -> object:
        if not hasattr(piece, "children"):
            return self._leaf(cast("Leaf", piece))
        branch = cast("Branch", piece)
        span = Span(self._text, branch.meta.start_pos, branch.meta.end_pos)
        build: Callable[[Span, Parts], object] = getattr(self, f"_{branch.data}")
        return build(span, [self._build(child) for child in branch.children])

    def _leaf(self, leaf: Leaf) -> ast.Literal | Token:
        span = Span(self._text, leaf.start_pos, leaf.end_pos)
        if leaf.type in LITERALS:
            return literal(leaf.type, span, self._diagnostics)
        return Token(leaf.type, str(leaf), span.start, span.end)

    # ---- statements --------------------------------------------------------------------------------------------

    def _let(self, span: Span, parts: Parts) -> ast.Let:
        name: Token = parts[1]
        return ast.Let(span, name.text, parts[3], name.span(self._text))

    def _import(self, span: Span, parts: Parts) -> ast.Import:
        return ast.Import(span, parts[1])

    def _where(self, span: Span, parts: Parts) -> ast.Where:
        return ast.Where(span, parts[1])

    def _statement(self, span: Span, parts: Parts) -> ast.Statement:
        keyword, *rest = parts
        where = next((part for part in rest if isinstance(part, ast.Where)), None)
        block = next((part for part in rest if isinstance(part, ast.Block)), None)
        arguments = tuple(part for part in rest if not isinstance(part, ast.Where | ast.Block))
        if broken := self._broken.get(span.start):
            if broken.in_where:
                where = ast.Where(broken.junk, None)
            else:
                arguments = (*arguments, ast.Junk(broken.junk))
        return ast.Statement(span, keyword.text, keyword.span(self._text), arguments, where, block)

    def _block(self, span: Span, parts: Parts) -> ast.Block:
        return ast.Block(span, tuple(parts))

    def _word(self, span: Span, parts: Parts) -> ast.Word:
        name, quoted = _name(parts[0])
        return ast.Word(span, name, quoted)

    def _list(self, span: Span, parts: Parts) -> ast.List:
        return ast.List(span, tuple(parts))

    def _call(self, span: Span, parts: Parts) -> ast.Call:
        name, *arguments = parts
        return ast.Call(span, name.text, tuple(arguments), name.span(self._text))

    def _junk(self, span: Span, _parts: Parts) -> ast.Item:
        broken = self._broken.get(span.start)
        if broken and broken.first.type == "WHERE":
            return ast.Where(span, None)
        if broken and broken.name:
            return ast.Let(span, broken.name.text, ast.Junk(broken.junk), broken.name.span(self._text))
        return ast.Junk(span)

    # ---- conditions --------------------------------------------------------------------------------------------

    def _or(self, span: Span, parts: Parts) -> ast.Or:
        return ast.Or(span, tuple(parts[::2]))

    def _and(self, span: Span, parts: Parts) -> ast.And:
        return ast.And(span, tuple(parts[::2]))

    def _not(self, span: Span, parts: Parts) -> ast.Not:
        return ast.Not(span, parts[1])

    def _paren(self, _span: Span, parts: Parts) -> ast.Expr:
        condition: ast.Expr = parts[0]
        return condition

    def _compare(self, span: Span, parts: Parts) -> ast.Compare:
        left, operator, right, *fold = parts
        return ast.Compare(span, left, operator.text.lower(), right, bool(fold))

    def _text_test(self, span: Span, parts: Parts) -> ast.TextTest:
        left, *words, right = _without_fold(parts)
        operator = " ".join(word.text.lower() for word in words if word.type != "NOT")
        return ast.TextTest(span, left, operator, right, _negated(words), _fold(parts))

    def _matches(self, span: Span, parts: Parts) -> ast.Matches:
        left, *words, regex = parts
        pattern, _, flags = regex.text[1:].rpartition("/")
        place = Span(self._text, regex.start + 1, regex.start + 1 + len(pattern))
        return ast.Matches(span, left, pattern, flags, place, _negated(words))

    def _among(self, span: Span, parts: Parts) -> ast.Among:
        left, *words, choices = _without_fold(parts)
        return ast.Among(span, left, choices, _negated(words), _fold(parts))

    def _between(self, span: Span, parts: Parts) -> ast.Between:
        value, *words, low, _, high = parts
        return ast.Between(span, value, low, high, _negated(words))

    def _emptiness(self, span: Span, parts: Parts) -> ast.Emptiness:
        return ast.Emptiness(span, parts[0], _negated(parts[1:]))

    def _segment(self, span: Span, parts: Parts) -> ast.Segment:
        name: Token = parts[1]
        return ast.Segment(span, name.text, name.span(self._text))

    def _tuple(self, span: Span, parts: Parts) -> ast.Tuple:
        return ast.Tuple(span, tuple(parts))

    def _fold(self, _span: Span, parts: Parts) -> Token:
        fold: Token = parts[0]
        return fold

    # ---- operands ----------------------------------------------------------------------------------------------

    def _add(self, span: Span, parts: Parts) -> ast.Add:
        left, operator, right = parts
        return ast.Add(span, left, operator.text, right)

    def _neg(self, span: Span, parts: Parts) -> ast.Neg:
        return ast.Neg(span, parts[1])

    def _column(self, span: Span, parts: Parts) -> ast.Column:
        name, quoted = _name(parts[0])
        return ast.Column(span, name, quoted)

    def _name(self, _span: Span, parts: Parts) -> Token:
        name: Token = parts[0]
        return name


def _name(token: Token) -> tuple[str, bool]:
    """Return a name without its backticks, and whether it had some."""
    quoted = token.type == "QUOTED_NAME"
    return (token.text[1:-1] if quoted else token.text), quoted


def _negated(words: Parts) -> bool:
    return any(isinstance(word, Token) and word.type == "NOT" for word in words)


def _fold(parts: Parts) -> bool:
    return isinstance(parts[-1], Token) and parts[-1].type == "IGNORING_CASE"


def _without_fold(parts: Parts) -> Parts:
    return parts[:-1] if _fold(parts) else parts
