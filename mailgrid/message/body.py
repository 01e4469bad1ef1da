"""Body: the text of a message, and its HTML where there is one, from templates to MIME."""

import re
from collections.abc import Callable, Sequence

from mailgrid.errors import TemplateError
from mailgrid.message.lines import Lines
from mailgrid.message.markup import Markup
from mailgrid.message.mime import Alternative, Single, seed_of
from mailgrid.message.plaintext import from_html
from mailgrid.message.preheader import Preheader
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Spec, Words
from mailgrid.message.template import Engine, Template

__all__ = ["Body"]

#: What a condition that is not met leaves behind in a text made from HTML.
_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")


class Body:
    """The body of a campaign's messages.

    Args:
        spec: the campaign.
        engine: compiles the templates.
        html: the HTML; None: there is none.
        text: the plain text; None: it is made of the HTML.

    Raises:
        TemplateError: there is none, or it cannot be compiled.
    """

    def __init__(self, spec: Spec, engine: Engine, html: Words | None, text: Words | None) -> None:
        if html is None and text is None:
            raise TemplateError("the campaign has no body", hint="give it a `template`, `html` or `text`")
        seed = seed_of(spec.campaign, spec.edition)
        pictures = frozenset(each.cid for each in spec.enclosures if each.cid)
        self._html: Template | None = None
        #: The pictures that the HTML shows.
        self.shown = frozenset[str]()
        #: Whether styles stay out of the elements because css-inline is not installed.
        self.bare = False
        if html is not None:
            markup = Markup.of(html, engine, pictures, seed)
            self._html = engine.compile(html.text, html.name, Mode.HTML, html.first_line, made=markup.html)
            self.shown, self.bare = markup.shown, markup.bare
        if text is not None:
            self._text = engine.compile(text.text, text.name, Mode.TEXT, text.first_line)
        elif html is not None:
            self._text = _derived(markup.plain, html.name, engine)
        self._tidy = text is None
        preheader = _preheader(spec, engine)
        self._preheader = Preheader(preheader) if preheader else None
        #: What the author wrote, in the order of the settings.
        written = (preheader, self._html, None if self._tidy else self._text)
        self.templates = tuple(template for template in written if template is not None)
        #: Those of them that show nothing to anybody.
        self.blank = tuple(template.name for template in self.templates if _is_blank(template))
        self._single = Single()
        self._alternative = Alternative(seed)
        self._text_lines = _lines(self._text, _tidied if self._tidy else None)
        self._html_lines = _lines(self._html) if self._html and not self._preheader else None

    def __call__(self, names: dict[str, object], pictures: Sequence[bytes] = ()) -> bytes:
        """Return the MIME headers, an empty line and the body.

        Args:
            names: what the templates see.
            pictures: parts that the HTML shows.

        Raises:
            TemplateError: it cannot be filled with these names, or a value holds a control character.
        """
        if self._html is None:
            return self._single(self._plain(names))
        # The HTML first: where a value is missing, its line is the one that the author can look up.
        html = self._marked_up(self._html, names)
        return self._alternative(self._plain(names), html, pictures)

    def lacking(self, _names: dict[str, object]) -> str:
        """Return nothing: everybody gets this one."""
        return ""

    def _marked_up(self, template: Template, names: dict[str, object]) -> str | bytes:
        """Return the HTML, as lines where it can be had so."""
        lines = self._html_lines(names) if self._html_lines else None
        if lines is not None:
            return lines
        html = template(names)
        return self._preheader(html, names) if self._preheader else html

    def _plain(self, names: dict[str, object]) -> str | bytes:
        """Return the plain text, as lines where it can be had so."""
        lines = self._text_lines(names) if self._text_lines else None
        if lines is not None:
            return lines
        text = self._text(names)
        return _tidied(text) if self._tidy else text


def _is_blank(template: Template) -> bool:
    """Say whether a text shows nothing to anybody; a picture is something."""
    text = template.text
    return text is not None and "<img" not in text.lower() and not from_html(text).strip()


def _lines(template: Template, tidy: Callable[[str], str] | None = None) -> Lines | None:
    """Make lines of a template where that can be done once for all."""
    try:
        return Lines(template.straight, tidy=tidy) if template.straight else None
    except ValueError:
        return None


def _tidied(text: str) -> str:
    """Close the gaps in a text made from HTML."""
    return _GAP.sub("\n\n", text).strip()


def _preheader(spec: Spec, engine: Engine) -> Template | None:
    """Compile the text that stands hidden in the HTML; a message without HTML has no place for it."""
    words = spec.preheader
    if words is None or spec.html is None:
        return None
    return engine.compile(words.text, words.name, Mode.HTML, words.first_line)


def _derived(source: str, name: str, engine: Engine) -> Template:
    """Compile the plain text of an HTML template."""
    try:
        return engine.compile(from_html(source), name, Mode.DERIVED)
    except TemplateError as error:
        raise TemplateError(
            f"no plain text can be made of the HTML: {error.message}",
            hint="write it yourself, as `text`",
            template=name,
        ) from None
