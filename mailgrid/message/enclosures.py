"""Enclosures: what goes with a message beside its texts: files, and the pictures that its HTML shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mailgrid.errors import SourceError, TemplateError, reason_of
from mailgrid.message.content_id import content_id
from mailgrid.message.encoded_files import EncodedFile, EncodedFiles, encoded
from mailgrid.message.mime import MIME_VERSION, Parts, seed_of
from mailgrid.message.part_head import part_head, shown_name
from mailgrid.message.printed import Printed
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Enclosing, Spec
from mailgrid.message.template import Engine

__all__ = ["Enclosures"]

#: Names that are the same for everybody.
_COMMON = frozenset({"campaign", "now", "vars"})
_Names = dict[str, object]


class Enclosures:
    """The files and pictures of a campaign.

    Args:
        spec: the campaign.
        engine: compiles its texts.
        common: the names that are the same for everybody.

    Raises:
        TemplateError: a text cannot be compiled, or a file that everybody gets is not there (MG505), lies outside the
            project (MG402) or cannot be sent (MG506).
    """

    def __init__(self, spec: Spec, engine: Engine, common: _Names) -> None:
        files = EncodedFiles()
        seed = seed_of(spec.campaign, spec.edition)
        every = [
            Printed(each, engine) if each.document else _Enclosure(each, engine, files, seed, common)
            for each in spec.enclosures
        ]
        self._pictures = [each for each in every if each.is_picture]
        self._files = [each for each in every if not each.is_picture]
        self._mixed = Parts("mixed", seed)
        self._personal = [each for each in every if each.is_personal]
        self.templates = tuple(template for each in every for template in each.templates)
        #: The files, as the campaign writes them.
        self.attached = tuple(each.written for each in self._files)
        #: The columns that decide who gets what.
        self.columns = tuple(column for each in spec.enclosures for column in each.columns)
        #: The files that everybody gets.
        self.paths = frozenset(each.path for each in every if each.path)

    def __call__(
        self, body: Callable[[_Names, Sequence[bytes]], bytes], names: _Names, fields: Mapping[str, object]
    ) -> Sequence[bytes]:
        """Return the MIME headers, an empty line and all parts, in pieces that nobody else has copied.

        Args:
            body: writes the texts, with the pictures that the HTML shows.
            names: what templates see.
            fields: the row, for conditions.

        Raises:
            TemplateError: a file cannot be read, or a text not be filled.
        """
        texts = body(names, [b"".join(part) for part in _parts(self._pictures, names, fields)])
        files = list(_parts(self._files, names, fields))
        if not files:
            return (texts,)
        return (MIME_VERSION, *self._mixed((texts[len(MIME_VERSION) :],), files))

    def lacking(self, names: _Names, fields: Mapping[str, object]) -> str:
        """Return, as the campaign writes it, the first file that somebody is to get and that is not there."""
        return next((each.written for each in self._personal if each.lacks(names, fields)), "")

    def places(self, names: _Names, fields: Mapping[str, object]) -> Iterator[tuple[str, Path]]:
        """Yield the files that somebody gets and not everybody: their names as they are filled, and where they are.

        Raises:
            TemplateError: a name cannot be filled, or leads outside the project.
        """
        for each in self._personal:
            if isinstance(each, _Enclosure) and each.wanted(fields):
                yield each.place(names)

    @property
    def is_personal(self) -> bool:
        """Whether it depends on the person which file is meant."""
        return bool(self._personal)


def _parts(
    enclosures: Iterable["_Enclosure | Printed"], names: _Names, fields: Mapping[str, object]
) -> Iterator[tuple[bytes, bytes]]:
    for each in enclosures:
        if each.wanted(fields) and (part := each.part(names)):
            yield part


class _Enclosure:
    """One file or picture."""

    def __init__(self, enclosing: Enclosing, engine: Engine, files: EncodedFiles, seed: str, common: _Names) -> None:
        path, name = enclosing.path, enclosing.name
        self.written = path.text
        self.is_picture = bool(enclosing.cid)
        self._enclosing = enclosing
        self._files = files
        self._cid = content_id(enclosing.cid, seed) if enclosing.cid else ""
        self._path = engine.compile(path.text, path.name, Mode.PATH, path.first_line)
        self._name = engine.compile(name.text, name.name, Mode.HEADER, name.first_line) if name else None
        self.templates = (self._path, self._name) if self._name else (self._path,)
        self.is_personal = not self._path.names <= _COMMON
        #: Where the file is that everybody gets; None where it depends on the person, or is not there and need not be.
        self.path: Path | None = None
        self._fixed = None if self.is_personal else self._read_once(common)

    def wanted(self, fields: Mapping[str, object]) -> bool:
        """Say whether somebody gets it."""
        test = self._enclosing.test
        return test is None or test(fields)

    def lacks(self, names: _Names, fields: Mapping[str, object]) -> bool:
        """Say whether somebody is to get it, needs it, and it is not there."""
        return self._enclosing.needed and self.wanted(fields) and not self.place(names)[1].is_file()

    def part(self, names: _Names) -> tuple[bytes, bytes] | None:
        """Return its headers and its lines; None where it is not there, and need not be.

        Raises:
            TemplateError: it cannot be read, or its name not be filled.
        """
        path = self.path or (self.place(names)[1] if self.is_personal else None)
        if path is None:
            return None
        try:
            file = self._fixed or self._files(path, self.written)
        except FileNotFoundError:
            if self._enclosing.needed:
                raise TemplateError(f"there is no file `{self.written}`", template=self._path.name) from None
            return None
        shown = shown_name(self._name, names, path.name, self.written)
        return part_head(file.media, shown, self._cid), file.lines

    def _read_once(self, common: _Names) -> EncodedFile | None:
        name = self._path.name
        try:
            path = self._enclosing.find(self._path(common))
            found = encoded(path, self.written)
        except FileNotFoundError:
            if self._enclosing.needed:
                raise TemplateError(f"there is no file `{self.written}`", code="MG505", template=name) from None
            return None
        except SourceError as error:
            raise TemplateError(error.message, hint=error.hint, code="MG402", template=name) from None
        except OSError as error:
            reason = f"`{self.written}` cannot be read: {reason_of(error)}"
            raise TemplateError(reason, code="MG506", template=name) from None
        except TemplateError as error:
            raise TemplateError(error.message, hint=error.hint, code="MG506", template=name) from None
        self.path = path
        return found

    def place(self, names: _Names) -> tuple[str, Path]:
        """Return the path as it is filled, and where that is.

        Raises:
            TemplateError: it cannot be filled, or leads outside the project.
        """
        path = self._path(names)
        try:
            return path, self._enclosing.find(path)
        except SourceError:  # its text repeats the value
            raise TemplateError(f"`{self.written}` leads outside the project", template=self._path.name) from None
