"""Plain text from an HTML template, made once: its `{{ }}` and `{% %}` stay, so it is filled like any other."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from mailgrid.message.tables import in_columns

__all__ = ["from_html"]

_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
#: How a template's tags travel through the HTML parser: a number between two characters for private use.
_OPEN, _FLOW, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"[{_OPEN}{_FLOW}](\\d+){_CLOSE}")
_FLOW_MARK = re.compile(rf"{_FLOW}\d+{_CLOSE}")
#: Tags that count wherever they stand, in a comment or a hidden element too; there they begin with _FLOW.
_FLOW_TAG = re.compile(r"\{%[-+]?\s*(?:if|elif|else|endif|for|endfor|set|endset|macro|endmacro|with|endwith)\b")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
_LINES = frozenset(["br", "caption", "dd", "dt", "li", "tr"])
_SKIPPED = frozenset(["head", "script", "style", "svg", "template", "title"])
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def from_html(source: str) -> str:
    """Return a template for the plain text of an HTML template."""
    tags: list[str] = []

    def mark(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"{_FLOW if _FLOW_TAG.match(match[0]) else _OPEN}{len(tags) - 1}{_CLOSE}"

    writer = _Writer()
    source = in_columns(re.sub(f"[{_OPEN}{_FLOW}{_CLOSE}]", "", source))
    writer.feed(_TAGS.sub(mark, source))
    writer.close()
    # Braces that were written as entities are text, and must not become a tag now.
    text = re.sub(r"\{(?=[{%#])", "{{ '{' }}", writer.text)
    return _MARK.sub(lambda match: tags[int(match[1])], text)


@dataclass(slots=True)
class _List:
    """A list that is open: where it began, and where the signs of its items are."""

    ordered: bool
    start: int
    signs: list[int] = field(default_factory=list)


class _Writer(HTMLParser):
    """Collects text: blocks are set apart by an empty line, rows by a line end, cells by two blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []
        self._lists: list[_List] = []
        self._link: tuple[str, int] | None = None
        self._verbatim = 0

    @property
    def text(self) -> str:
        """What has been collected, tidied."""
        text = "".join(self._pieces)
        text = re.sub(r"[ \t]+\n", "\n", text)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        values = {name: value or "" for name, value in attrs}
        if self._hidden or tag in _SKIPPED or _HIDDEN.search(values.get("style", "")):
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        self._break(tag)
        match tag:
            case "a":
                self._link = (values.get("href", "").strip(), len(self._pieces))
            case "img":
                self._pieces.append(values.get("alt", ""))
            case "hr":
                self._pieces.append("\n\n----\n\n")
            case "ul" | "ol":
                self._lists.append(_List(ordered=tag == "ol", start=len(self._pieces)))
            case "li":
                self._item()
            case "td" | "th":
                self._cell()
            case "pre":
                self._verbatim += 1

    def handle_endtag(self, tag: str) -> None:
        """End an element; one that was never begun is passed over."""
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        match tag:
            case "a":
                self._end_link()
            case "ul" | "ol" if self._lists:
                self._number(self._lists.pop())
            case "pre":
                self._verbatim = max(0, self._verbatim - 1)
        if tag not in _VOID:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        """Take text; blanks count once, at the beginning of a line not at all."""
        if self._hidden:
            self.handle_comment(data)
            return
        if self._verbatim:
            self._pieces.append(data)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self._at_start() or self._pieces[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._pieces.append(text)

    def handle_comment(self, data: str) -> None:
        """Keep, of what is not shown, the tags on which the rest depends."""
        self._pieces += _FLOW_MARK.findall(data)

    def _at_start(self) -> bool:
        return not self._pieces or self._pieces[-1].endswith("\n")

    def _break(self, tag: str) -> None:
        """Begin a new line, or a new paragraph."""
        if tag in _BLOCKS and not (tag in {"ul", "ol"} and self._lists):
            self._pieces.append("\n\n")
        elif tag in _LINES and (tag == "br" or not self._at_start()):
            self._pieces.append("\n")

    def _item(self) -> None:
        """Write the sign before an item of a list."""
        if self._lists:
            self._lists[-1].signs.append(len(self._pieces))
        self._pieces.append("  " * (len(self._lists) - 1) + "- ")

    def _number(self, ended: "_List") -> None:
        """Number the items of an ordered list, unless a condition or a loop decides how many there are."""
        if ended.ordered and not _FLOW_MARK.search("".join(self._pieces[ended.start :])):
            for number, sign in enumerate(ended.signs, 1):
                self._pieces[sign] = self._pieces[sign].replace("-", f"{number}.")

    def _cell(self) -> None:
        """Set a cell apart from the one before it."""
        if not self._at_start() and not self._pieces[-1].endswith("  "):
            self._pieces.append("  ")

    def _end_link(self) -> None:
        """Write where a link leads, unless its text says so."""
        if self._link is None:
            return
        (target, start), self._link = self._link, None
        text = "".join(self._pieces[start:]).strip()
        shown = target.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
        if target and not target.startswith("#") and text not in {target, shown}:
            self._pieces.append(f" ({target})" if text else target)
