"""Template: a text with `{{ }}` and `{% %}`, compiled once, filled for each recipient.

Templates come from people whom one need not trust, so they run in a sandbox and see plain values only. Values are
never looked at for `{{ }}`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context

from mailgrid.errors import TemplateError
from mailgrid.message.extras import extra
from mailgrid.message.filters import LIMIT, LimitError
from mailgrid.message.patience import PATIENCE
from mailgrid.message.pieces import Made, Piece
from mailgrid.message.reading import Reading
from mailgrid.message.sandbox import BUDGET, Mode, Sandbox
from mailgrid.message.straight import Form, Straight, straight

__all__ = ["Engine", "Template"]

_UNKNOWN = re.compile(r"No (?P<sort>filter|test) named '(?P<name>\w+)'")


class Template:
    """A compiled template; called with the names it may see, it returns the text.

    Safe for threads: it is never changed, and what a render counts is kept in the names of that render.
    """

    def __init__(
        self,
        compiled: jinja2.Template,
        name: str,
        first_line: int,
        reading: Reading,
        plain: Straight | None,
        made: Made | None,
    ) -> None:
        self.name = name
        self.uses = tuple(reading.uses)
        #: Where names are used that are ours, though a column may be called so too.
        self.reserved = tuple(reading.reserved)
        self.names = frozenset(reading.names)
        self.whole = reading.whole
        #: The template as a text with holes, where it is nothing else.
        self.straight = plain
        self._form = Form(plain) if plain else None
        self._compiled = compiled
        self._first_line = first_line
        self._made = made
        self._render = compiled.root_render_func
        self._blocks = compiled.blocks
        self._environment = compiled.environment

    @property
    def text(self) -> str | None:
        """The text that everybody gets; None where it depends on who gets it."""
        return self.straight.skeleton if self.straight and not self.straight.holes else None

    def __call__(self, names: dict[str, object]) -> str:
        """Fill the template.

        Raises:
            TemplateError: it cannot be filled with these values; it knows the line, and repeats no value.
        """
        text = self._form(names) if self._form else None
        return text if text is not None and len(text) <= LIMIT else self._engine(names)

    def _engine(self, names: dict[str, object]) -> str:
        names[BUDGET] = [LIMIT]
        PATIENCE.begin()
        try:
            text = "".join(self._render(Context(self._environment, names, self.name, self._blocks)))
        except Exception as error:  # noqa: BLE001 (whatever a template does, only this recipient's mail fails)
            raise self._failure(error) from None
        if len(text) > LIMIT:
            raise TemplateError(f"the text is longer than {LIMIT:,} characters", template=self.name)
        return text

    def _failure(self, error: Exception) -> TemplateError:
        template, line, trace = self.name, 0, error.__traceback__
        while trace is not None:
            part = trace.tb_frame.f_globals.get("__jinja_template__")
            if part is not None:
                own = part is self._compiled
                template = self.name if own else part.name
                line = part.get_corresponding_lineno(trace.tb_lineno)
                if own and self._made:
                    template, line = self._made.origin(line)
                elif own:
                    line += self._first_line - 1
            trace = trace.tb_next
        return TemplateError(_reason(error), template=template, line=line)


def _reason(error: Exception) -> str:
    """Say what went wrong without repeating any value."""
    if isinstance(error, LimitError):
        return str(error)
    if isinstance(error, SecurityError):
        return "a template may not do this"
    if isinstance(error, jinja2.UndefinedError):
        name = re.fullmatch(r"'(\w+)' is undefined", str(error))
        return f"there is no `{name[1]}`" if name else "a value that is used here does not exist"
    return f"a value does not fit here ({type(error).__name__})"


class Engine:
    """Compiles the templates of one campaign.

    Args:
        known: names that templates see and that are no columns.
        records: those of them that hold named values, with these names; None for the row itself.
        root: the folder that `include` and `extends` read from; None: there is none.
        filters: further filters, beside Jinja's own; they take the place of none.
    """

    def __init__(
        self,
        *,
        known: frozenset[str],
        records: Mapping[str, frozenset[str] | None],
        root: Path | None,
        filters: Mapping[str, Callable[..., object]] = MappingProxyType({}),
    ) -> None:
        self._known = known
        self._records = records
        self._environments = {mode: Sandbox(mode, root) for mode in Mode}
        for environment in self._environments.values():
            environment.filters = {**filters, **environment.filters}

    @property
    def files(self) -> frozenset[Path]:
        """The files that templates include or extend."""
        return frozenset().union(*(environment.files for environment in self._environments.values()))

    def read(self, name: str) -> str | None:
        """Return the text of a file that a template includes; None where there is none in the folder."""
        return self._environments[Mode.HTML].read(name)

    def pieces(self, source: str, name: str, first_line: int = 1) -> list[Piece]:
        """Take an HTML template apart, once it is clear that it makes sense.

        Raises:
            TemplateError: it cannot be compiled; it knows the line.
        """
        environment = self._environments[Mode.HTML]
        self._read(environment, source, name, first_line)
        return list(environment.pieces(source, name, first_line))

    def _read(self, environment: Sandbox, source: str, name: str, first_line: int) -> Reading:
        with _mistakes(environment, name, first_line):
            reading = Reading(environment, self._known, self._records)
            reading.read(source, name, first_line)
        if reading.is_local:
            extra("babel", "locale", "a filter for dates and numbers", name)
        return reading

    def compile(self, source: str, name: str, mode: Mode, first_line: int = 1, *, made: Made | None = None) -> Template:
        """Compile a text.

        Args:
            source: the text.
            name: what it is called in messages: a file's name, or the setting that holds the text.
            mode: what it becomes.
            first_line: the line at which it begins in what `name` names.
            made: what was made of it, and is filled in its place; None: nothing was.

        Raises:
            TemplateError: it cannot be compiled; it knows the line.
        """
        environment, filled = self._environments[mode], made.text if made else source
        reading = self._read(environment, source, name, first_line)
        with _mistakes(environment, name, first_line):
            code = environment.compile(filled, name, name)
        tree = environment.parse(filled, name)
        # What is put into a path is looked at by the engine.
        plain = None if mode is Mode.PATH else straight(tree, escaped=mode is Mode.HTML)
        return Template(jinja2.Template.from_code(environment, code, {}), name, first_line, reading, plain, made)


@contextmanager
def _mistakes(environment: Sandbox, name: str, first_line: int) -> Iterator[None]:
    """Turn what the engine says of a template into a TemplateError that knows the line."""
    try:
        yield
    except TemplateError:
        raise
    except jinja2.TemplateSyntaxError as error:
        message = (error.message or "it is not valid").removesuffix(".")
        first = first_line if error.name in {name, None} else 1
        raise TemplateError(
            message[0].lower() + message[1:],
            hint=_meant(message, environment),
            template=error.name or name,
            line=error.lineno + first - 1,
            word=unknown["name"] if (unknown := _UNKNOWN.match(message)) else "",
        ) from None
    except (RecursionError, SyntaxError, ValueError):
        raise TemplateError("it is nested too deeply", template=name) from None


def _meant(message: str, environment: Sandbox) -> str:
    """Return which filter or test was meant, where Jinja says that there is none of a name."""
    unknown = _UNKNOWN.match(message)
    if unknown is None:
        return ""
    known = environment.filters if unknown["sort"] == "filter" else environment.tests
    return "".join(f"did you mean `{name}`?" for name in get_close_matches(unknown["name"], known, n=1))
