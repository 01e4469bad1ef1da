"""TemplateFiles: the files that `template` names: one, or those that a name like `receipt.{{ lang }}.html` may mean."""

import re
from collections.abc import Callable, Mapping
from glob import escape
from pathlib import Path

from mailgrid.errors import SourceError, reason_of
from mailgrid.language.campaign import Quoted
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Text
from mailgrid.message.spec import Choice, Form, Words

__all__ = ["TemplateFiles", "matching", "suggestion"]

_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)
#: A name may mean so many files; each of them is compiled before anything is sent.
_MOST = 200


class TemplateFiles:
    """Reads templates; what cannot be read is a diagnostic at the place that names it.

    Args:
        resolve: turns a path that is written in a folder's campaign file into one on disk.
        diagnostics: takes what is wrong.
        places: takes the place that names each file.
    """

    def __init__(
        self, resolve: Callable[[Path, str], Path], diagnostics: Diagnostics, places: dict[str, Quoted]
    ) -> None:
        self._resolve = resolve
        self._diagnostics = diagnostics
        self._places = places
        #: What was read, by the file's name.
        self.read: dict[str, Text] = {}

    def __call__(self, quoted: Quoted, forms: Mapping[str, Form], name: Words) -> Words | Choice | None:
        """Read what a setting names.

        Args:
            quoted: the name.
            forms: what a template may be written in, by how its name ends.
            name: the name as a template, for one that depends on the row.
        """
        self._places[quoted.value] = quoted
        suffix = Path(quoted.value).suffix
        if suffix not in forms:
            kinds = " or ".join(forms)
            self._wrong(quoted, f"`{quoted.value}` is not a {kinds} file", f"give it the ending {kinds}")
            return None
        if "{{" not in quoted.value:
            return self._content(quoted, quoted.value, forms[suffix])
        return self._choice(quoted, forms[suffix], name)

    def _choice(self, quoted: Quoted, form: Form, name: Words) -> Choice | None:
        """Read every file that the name may mean, so that mistakes in any of them are found before anything is sent."""
        found = matching(quoted.folder, quoted.value)
        if not found:
            hint = f"make the first one in {(quoted.folder / quoted.value).parent}"
            self._diagnostics.add("MG502", quoted.span, found=quoted.value, suggestion=hint)
            return None
        if len(found) > _MOST:
            reason = f"`{quoted.value}` may be any of {len(found):,} files; {_MOST} are allowed"
            self._wrong(quoted, reason, "let the name depend on what few people differ in, like `lang`")
            return None
        options = {}
        for values, written in found.items():
            self._places[written] = quoted
            options[values] = self._content(quoted, written, form)
        ready = {values: words for values, words in options.items() if words}
        return Choice(name, ready, tuple(_TAG.findall(quoted.value))) if len(ready) == len(options) else None

    def _content(self, quoted: Quoted, written: str, form: Form) -> Words | None:
        try:
            path = self._resolve(quoted.folder, written)
            content = path.read_text(encoding="utf-8-sig")
            self.read[written] = Text(written, content, path)
            return Words(content, written, form=form)
        except SourceError as error:
            self._diagnostics.add("MG402", quoted.span, hint=error.hint, reason=error.message)
        except UnicodeDecodeError as error:
            self._wrong(quoted, f"`{written}` is not UTF-8 (byte {error.start})", "save it as UTF-8")
        except FileNotFoundError:
            self._diagnostics.add("MG502", quoted.span, found=written, suggestion=suggestion(quoted))
        except OSError as error:
            reason = f"`{written}` cannot be read: {reason_of(error)}"
            self._wrong(quoted, reason, "give it a file that is readable for you")
        return None

    def _wrong(self, quoted: Quoted, reason: str, hint: str) -> None:
        self._diagnostics.add("MG503", quoted.span, hint=hint, reason=reason)


def matching(folder: Path, written: str) -> dict[tuple[str, ...], str]:
    """Return the files of a folder that a name with `{{ }}` may mean: what stands for each `{{ }}` → the name."""
    literals = _TAG.split(written)
    pattern = re.compile("([^/]*)".join(map(re.escape, literals)))
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*".join(map(escape, literals))))
    return {found.groups(): name for name in names if (found := pattern.fullmatch(name))}


def suggestion(quoted: Quoted) -> str:
    """Say what may help where there is no file of that name: another one's is like it, or it is still to be made."""
    wanted = quoted.folder / quoted.value
    try:
        names = [path.name for path in wanted.parent.iterdir()]
    except OSError:
        names = []
    near = nearest(wanted.name, names)
    return f"did you mean `{near}`?" if near else f"make it in {wanted.parent}"
