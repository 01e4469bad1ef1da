"""Bodies: where the template depends on the person, like `receipt.{{ lang }}.html`. Each is made once."""

from collections.abc import Iterator, Sequence

from mailgrid.errors import TemplateError
from mailgrid.message.body import Body
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Choice, Spec, Words
from mailgrid.message.template import Engine, Template

__all__ = ["Bodies", "body_of"]

_Given = Words | Choice | None


class Bodies:
    """Chooses the body for a person. It does what a Body does.

    Raises:
        TemplateError: one of the templates, or a name of them, cannot be compiled.
    """

    def __init__(self, spec: Spec, engine: Engine) -> None:
        self._html, self._text = _Name(spec.html, engine), _Name(spec.text, engine)
        self._bodies = {
            (html.name if html else "", text.name if text else ""): Body(spec, engine, html, text)
            for html, text in _pairs(spec.html, spec.text)
        }
        bodies = self._bodies.values()
        self.templates: tuple[Template, ...] = tuple(
            dict.fromkeys(
                (*self._html.templates, *self._text.templates, *(each for body in bodies for each in body.templates))
            )
        )
        self.blank = tuple(dict.fromkeys(name for body in bodies for name in body.blank))
        self.shown = frozenset[str]().union(*(body.shown for body in bodies))
        self.bare = any(body.bare for body in bodies)

    def __call__(self, names: dict[str, object], pictures: Sequence[bytes] = ()) -> bytes:
        """Return the MIME headers, an empty line and the body; see `Body`.

        Raises:
            TemplateError: there is no template for this person, or it cannot be filled.
        """
        body = self._bodies.get((self._html(names), self._text(names)))
        if body is None:
            raise TemplateError(f"there is no template `{self.lacking(names)}` for this row", template="template")
        return body(names, pictures)

    def lacking(self, names: dict[str, object]) -> str:
        """Return the name of the template that is not there for somebody, as the campaign writes it; else nothing."""
        html, text = self._html(names), self._text(names)
        if (html, text) in self._bodies:
            return ""
        known = {name for name, _ in self._bodies}
        return self._text.written if html in known and self._text.written else self._html.written or self._text.written


class _Name:
    """The name of a template, which may depend on the person."""

    def __init__(self, given: _Given, engine: Engine) -> None:
        self.written = given.name.text if isinstance(given, Choice) else ""
        self._fixed = given.name if isinstance(given, Words) else ""
        self.templates: tuple[Template, ...] = ()
        if isinstance(given, Choice):
            self.templates = (engine.compile(given.name.text, given.name.name, Mode.PATH),)

    def __call__(self, names: dict[str, object]) -> str:
        return self.templates[0](names) if self.templates else self._fixed


def body_of(spec: Spec, engine: Engine) -> Body | Bodies:
    """Return what writes the bodies of a campaign's messages.

    Raises:
        TemplateError: there is none, or it cannot be compiled.
    """
    html, text = spec.html, spec.text
    if isinstance(html, Choice) or isinstance(text, Choice):
        return Bodies(spec, engine)
    return Body(spec, engine, html, text)


def _pairs(html: _Given, text: _Given) -> Iterator[tuple[Words | None, Words | None]]:
    """Yield which HTML goes with which plain text: where both depend on the same, those that belong together."""
    if isinstance(html, Choice) and isinstance(text, Choice) and html.tags == text.tags:
        for values, words in html.options.items():
            if values in text.options:
                yield words, text.options[values]
        return
    for each in _options(html):
        for other in _options(text):
            yield each, other


def _options(given: _Given) -> Sequence[Words | None]:
    return tuple(given.options.values()) if isinstance(given, Choice) else (given,)
