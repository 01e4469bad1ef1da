"""Markdown: a template in Markdown (CommonMark, with tables) becomes one in HTML."""

import re
from collections.abc import Sequence

from mailgrid.message.masks import Masks
from mailgrid.message.pieces import Piece

__all__ = ["from_markdown", "page"]

#: What stands alone on a line: a comment is then no part of a paragraph.
_ALONE = re.compile(r"^[ \t]*(\w+)[ \t]*$", re.MULTILINE)
#: Lists that only tags part from each other are one.
_PARTED = re.compile(r"</(ul|ol)>\n((?:<!--:\w+:-->\n)+)<\1>\n")
#: A loop around a list is a loop around its items.
_LOOP = re.compile(r"<!--:(\w+):-->\n<(ul|ol)>\n((?:(?!<ul|<ol|</ul|</ol).)*)</\2>\n<!--:(\w+):-->", re.DOTALL)
_STYLE = """\
      body { margin: 0; padding: 16px; background: #ffffff; color: #222222; }
      main { display: block; max-width: 600px; margin: 0 auto;
        font-family: -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 16px; line-height: 1.5; }
      img { max-width: 100%; height: auto; border: 0; }
      blockquote { margin: 0 0 16px; padding: 0 0 0 16px; border-left: 3px solid #cccccc; color: #555555; }
      code { font-family: Menlo, Consolas, monospace; font-size: 14px; }
      table { border-collapse: collapse; margin: 0 0 16px; }
      th, td { padding: 4px 12px 4px 0; text-align: left; }
"""
_BEFORE = f"""\
<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>
{_STYLE}    </style>
  </head>
  <body>
    <main>
"""
_AFTER = """\
    </main>
  </body>
</html>
"""


def from_markdown(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a template in HTML.

    Raises:
        TemplateError: a `{% %}` stands where Markdown has no place for it.
    """
    from markdown_it import MarkdownIt

    masks = Masks(pieces, "Markdown becomes HTML")
    text = _ALONE.sub(lambda line: _alone(line, masks), masks.words)
    html = str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))
    html = _PARTED.sub(r"\2", html)
    return masks.pieces(_LOOP.sub(lambda loop: _around_items(loop, masks), html))


def page(pieces: Sequence[Piece]) -> list[Piece]:
    """Return a whole page, with a width and a typeface that can be read everywhere; the pieces, where they are one."""
    if re.search(r"<(?:html|body)\b", "".join(piece.text for piece in pieces), re.IGNORECASE):
        return list(pieces)
    first = pieces[0]
    return [Piece(_BEFORE, first.template, 1), *pieces, Piece(_AFTER, first.template, 1)]


def _alone(line: re.Match[str], masks: Masks) -> str:
    piece = masks.tag(line[1])
    return masks.commented(line[1]) if piece and piece.steers else line[0]


def _around_items(loop: re.Match[str], masks: Masks) -> str:
    begun, ended = masks.tag(loop[1]), masks.tag(loop[4])
    if begun and ended and (begun.keyword, ended.keyword) == ("for", "endfor"):
        return f"<{loop[2]}>\n{masks.commented(loop[1])}\n{loop[3]}{masks.commented(loop[4])}\n</{loop[2]}>"
    return loop[0]
