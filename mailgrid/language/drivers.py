"""Drivers: the statements `source`, `transport` and `observe`, in a file and in a campaign."""

from collections.abc import Mapping
from dataclasses import replace

from mailgrid.hookspecs import Location, ObserverKind, SourceKind, TransportKind
from mailgrid.language.arguments import folder_of, quoted, reference, refuse
from mailgrid.language.ast import And, Argument, Call, Expr, Junk, Kind, Literal, Statement, Word
from mailgrid.language.campaign import Driver, Quoted, Reference, Setting
from mailgrid.language.clauses import without_clauses, without_otherwise
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.options import missing_options, read_options
from mailgrid.language.pace import PACE, read_pace
from mailgrid.language.suggest import nearest
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["Drivers"]


class Drivers:
    """Reads the statements of one sort.

    Args:
        what: `source`, `transport` or `observer`.
        kinds: the drivers that there are.
        diagnostics: where mistakes are reported.
    """

    def __init__(
        self,
        what: str,
        kinds: Mapping[str, SourceKind] | Mapping[str, TransportKind] | Mapping[str, ObserverKind],
        diagnostics: Diagnostics,
    ) -> None:
        self.what = what
        self._kinds = kinds
        self._declared = {name: kind.options for name, kind in kinds.items()}
        self._diagnostics = diagnostics

    @property
    def _example(self) -> str:
        return 'source users csv "users.csv"' if self.what == "source" else 'transport server smtp { host "localhost" }'

    def name_of(self, statement: Statement) -> Word | None:
        """Return the name that a file's statement declares; None, and a diagnostic, where it has none."""
        name = statement.arguments[0] if statement.arguments else None
        if isinstance(name, Junk):
            return None
        if not isinstance(name, Word) or (name.name in self._kinds and not _is_driver_next(statement)):
            refuse(statement, "a name and a driver", name, self._diagnostics, self._example)
            return None
        if name.name in self._kinds and not getattr(self._kinds[name.name], "yields", False):
            self._diagnostics.add("MG215", name.span, found=name.name, what=self.what)
            return None
        return name

    def declared(self, statement: Statement, name: Word) -> Driver | None:
        """Read `source NAME driver ...` of a file."""
        if len(statement.arguments) == 1:
            wanted = f"a driver after the name `{name.name}`"
            refuse(statement, wanted, None, self._diagnostics, self._example)
            return None
        return self._in_place(statement, statement.arguments[1:], name.name, {})

    def used(self, statement: Statement, named: Mapping[str, Driver | None]) -> Driver | None:
        """Read `source NAME`, or `source driver ...`, of a campaign. A name that was reported as wrong gives None."""
        first = statement.arguments[0] if statement.arguments else None
        if not isinstance(first, Word) or first.name not in named:
            return self._in_place(statement, statement.arguments, None, named)
        driver = named[first.name]
        extra = statement.arguments[1] if len(statement.arguments) > 1 else statement.block
        if extra and not isinstance(extra, Junk):
            hint = f"`{first.name}` has its options where it is declared"
            self._diagnostics.add("MG214", extra.span, found=first.name, what="further argument", suggestion=hint)
        where = self._where(statement)
        if driver is None or where is None:
            return driver
        return replace(driver, where=_both(driver.where, where))

    def _in_place(
        self,
        statement: Statement,
        arguments: tuple[Argument, ...],
        name: str | None,
        named: Mapping[str, Driver | None],
    ) -> Driver | None:
        """Read `driver ["location"] [clauses] [where ...] [{ options }]`."""
        word, *rest = arguments or (None,)
        if isinstance(word, Junk):
            return None
        if not isinstance(word, Word):
            refuse(statement, f"a driver, one of {', '.join(sorted(self._kinds))}", word, self._diagnostics)
            return None
        kind = self._kinds.get(word.name)
        if kind is None:
            self._report_unknown(word, named)
            return None
        other = None
        if name and self.what == "transport":
            rest, other = without_otherwise(rest)
        rest, block = without_clauses(rest, statement.block, kind.options)
        location = self._location(statement, word, rest, kind)
        pace = self._pace(name, kind)
        options = read_options(word.name, block, self._declared, self._diagnostics, besides=pace)
        for missing in missing_options(kind.options, block):
            hint = f"write `{missing} ...` in the block of `{word.name}`"
            self._diagnostics.add("MG210", word.span, driver=word.name, missing=f"`{missing}`", suggestion=hint)
        where = self._where(statement)
        folder = folder_of(statement.span)
        fields = read_pace(block, pace, self._diagnostics)
        if other:
            fields["otherwise"] = Setting(other.span, other.name)
        return Driver(statement.span, word.name, word.span, location, options, name, where, folder, **fields)

    def _pace(self, name: str | None, kind: SourceKind | TransportKind | ObserverKind) -> list[str]:
        """Return what may stand in the block beside the driver's options."""
        if name is None or self.what != "transport":
            return []
        options = {option.name for option in kind.options}
        return [keyword for keyword in PACE if keyword not in options]

    def _location(
        self,
        statement: Statement,
        word: Word,
        arguments: list[Argument],
        kind: SourceKind | TransportKind | ObserverKind,
    ) -> Quoted | Reference | None:
        """Read the text after the driver's name."""
        if not arguments:
            if kind.location_required:
                hint = f'write `{statement.keyword} {word.name} "..."`'
                self._diagnostics.add("MG210", word.span, driver=word.name, missing="location", suggestion=hint)
            return None
        first, *extra = arguments
        if isinstance(first, Junk):
            return None
        if kind.location is Location.NONE or extra:
            culprit = extra[0] if extra and kind.location is not Location.NONE else first
            if not isinstance(culprit, Junk):
                hint = "options stand in `{ }`, each on a line of its own" if kind.options else ""
                edit = None
                if isinstance(culprit, Word) and self.what == "source" and nearest(culprit.name, ["where"]):
                    hint, edit = "did you mean `where`?", Edit(culprit.span, "where")
                elif isinstance(culprit, Word) and culprit.name in VOCABULARY:
                    hint = f"`{culprit.name}` is a setting of its own: begin a new line before it"
                what = "further argument" if culprit is not first else "location"
                self._diagnostics.add("MG214", culprit.span, edit=edit, found=word.name, what=what, suggestion=hint)
            return None
        if isinstance(first, Call):
            return reference(first, self._diagnostics)
        if isinstance(first, Literal) and first.kind is Kind.TEXT:
            return quoted(first)
        refuse(statement, f"a location in quotes after `{word.name}`", first, self._diagnostics)
        return None

    def _where(self, statement: Statement) -> Expr | None:
        """Return the statement's condition; only a source has one."""
        if statement.where and self.what != "source":
            hint = "put it into the campaign"
            self._diagnostics.add("MG214", statement.where.span, found=self.what, what="`where`", suggestion=hint)
            return None
        return statement.where.condition if statement.where else None

    def check_otherwise(self, named: Mapping[str, Driver | None]) -> None:
        """Report transports that would be taken in the place of others, and that there are not."""
        others = [driver.otherwise for driver in named.values() if driver and driver.otherwise]
        for other in others:
            if other.value not in named:
                self._report_unknown(Word(other.span, str(other.value)), named)

    def _report_unknown(self, word: Word, named: Mapping[str, Driver | None]) -> None:
        meant = nearest(word.name, [*named, *self._kinds])
        if not meant:
            known = ", ".join([*named, *sorted(self._kinds)])
            hint = f"there are: {known}" if known else ""
            self._diagnostics.add("MG205", word.span, what=self.what, found=word.name, suggestion=hint)
            return
        driver = named.get(meant)
        place = f" ({driver.span.text.name}:{driver.span.line})" if driver else ""
        hint = f"did you mean `{meant}`{place}?"
        edit = Edit(word.span, meant)
        self._diagnostics.add("MG205", word.span, edit=edit, what=self.what, found=word.name, suggestion=hint)


def _is_driver_next(statement: Statement) -> bool:
    return len(statement.arguments) > 1 and isinstance(statement.arguments[1], Word)


def _both(left: Expr | None, right: Expr) -> Expr:
    return right if left is None else And(left.span, (left, right))
