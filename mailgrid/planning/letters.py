"""Letters: from a campaign's texts and template files to the Renderer that makes its messages."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from mailgrid.errors import AddressError, TemplateError
from mailgrid.language.ast import Expr
from mailgrid.language.campaign import Campaign, Quoted
from mailgrid.language.diagnostics import Diagnostics, Edit, Note
from mailgrid.language.expressions import Match
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span, Text
from mailgrid.message.address import parse
from mailgrid.message.dkim import Signature
from mailgrid.message.places import first_place
from mailgrid.message.reading import Use
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.message.spec import Choice, Form, Unsubscribing
from mailgrid.planning import limits
from mailgrid.planning.enclosing import enclosings
from mailgrid.planning.inline import written_in
from mailgrid.planning.surroundings import Surroundings
from mailgrid.planning.template_files import TemplateFiles, suggestion

__all__ = ["Letters"]

#: What a template is written in, by how its file's name ends.
_MARKED = {suffix: form for form in Form for suffix in form.suffixes}
_PAGES = {suffix: form for suffix, form in _MARKED.items() if form is not Form.MJML}
_PLAIN = dict.fromkeys((".txt", ".text"), Form.HTML)


class Letters:
    """Reads and compiles what a campaign's messages are made of.

    Args:
        campaign: the campaign.
        resolve: turns a path that is written in a folder's campaign file into one on disk.
        diagnostics: takes what is wrong.
        match: compiles a condition over the campaign's rows.
        signatures: who signs the messages.
    """

    def __init__(
        self,
        campaign: Campaign,
        resolve: Callable[[Path, str], Path],
        diagnostics: Diagnostics,
        match: Callable[[Expr | None], Match | None],
        signatures: tuple[Signature, ...] = (),
    ) -> None:
        self._match = match
        self._signatures = signatures
        self._campaign = campaign
        self._resolve = resolve
        self._diagnostics = diagnostics
        self._places: dict[str, Quoted] = {}
        self._inline: dict[str, list[Quoted]] = {}
        self._files = TemplateFiles(resolve, diagnostics, self._places)

    def renderer(self, surroundings: Surroundings) -> Renderer | None:
        """Compile everything; None, with diagnostics, where something is wrong."""
        before = self._diagnostics.errors
        spec = self._spec(surroundings)
        if self._diagnostics.errors > before:
            return None
        try:
            return Renderer(spec)
        except TemplateError as error:
            self.report(error)
        except AddressError as error:
            wrong = (quoted for name, quoted in self._places.items() if error.message.startswith(f"`{name}`:"))
            span = next(wrong, self._campaign.sender).span
            self._diagnostics.add("MG503", span, hint=error.hint, reason=error.message)
        return None

    def _spec(self, given: Surroundings) -> Spec:
        """Read the files, and put together what the messages are made of."""
        campaign = self._campaign
        return Spec(
            sender=self._words("from", campaign.sender),
            to=self._to(given.address_column),
            subject=self._words("subject", campaign.subject),
            reply_to=self._optional("reply_to", campaign.reply_to),
            cc=tuple(self._words("cc", quoted) for quoted in campaign.cc),
            bcc=tuple(self._words("bcc", quoted) for quoted in campaign.bcc),
            headers=tuple(
                (header.name.value, self._words(f"header {header.name.value}", header.value))
                for header in campaign.headers
            ),
            preheader=self._optional("preheader", campaign.preheader),
            enclosures=tuple(
                enclosings(campaign, self._words, self._match, self._resolve, self._page, self._diagnostics)
            ),
            html=self._body("html", campaign.html, campaign.template, _MARKED),
            text=self._body("text", campaign.text, campaign.template_text, _PLAIN),
            mark=given.mark,
            largest=limits.largest(campaign),
            redirect=given.redirect,
            campaign=campaign.name,
            edition=given.edition,
            variables=given.variables,
            functions=given.functions,
            root=campaign.folder,
            clock=partial(datetime.now, given.now.tzinfo),
            template_now=given.now,
            token_key=given.token_key,
            return_path=self._optional("return_path", campaign.return_path),
            unsubscribe=self._unsubscribing(),
            list_id=self._optional("list_id", campaign.list_id),
            feedback_id=self._optional("feedback_id", campaign.feedback_id),
            precedence=campaign.precedence,
            signatures=self._signatures,
        )

    def check_test(self) -> None:
        """Report addresses of `test` that are none."""
        for quoted in self._campaign.test:
            try:
                parse(quoted.value)
            except AddressError as error:
                self._diagnostics.add("MG503", quoted.span, hint=error.hint, reason=error.message)

    def report(self, error: TemplateError) -> None:
        """Make a diagnostic of a template's mistake, on the line that it is about where that is known."""
        quoted = self._places.get(error.template)
        hint = suggestion(quoted) if quoted and error.code == "MG505" else error.hint
        file = self._files.read.get(error.template)
        span, notes = quoted.span if quoted else None, self._used_by(error.template) if file and error.line else ()
        if file and error.line:
            span = _word_of(file, error) or file.whole_line(error.line)
        elif span and error.word and (place := written_in(span, error.word, error.line)):
            span = place
        elif span and error.line and span.source.startswith('"""'):
            span = span.text.whole_line(error.line)
        self._diagnostics.add(error.code, span, hint=hint, notes=notes, reason=error.message, found=error.word)

    def remarks(self, renderer: Renderer, columns: tuple[str, ...], source: str) -> None:
        """Warn of what can be sent and is hardly meant: unread styles, names of ours for columns, empty texts."""
        campaign = self._campaign
        if renderer.bare and (html := campaign.template or campaign.html):
            self._diagnostics.add("W509", html.span, found=html.value if campaign.template else "html")
        for use in renderer.reserved:
            if use.name in columns:
                span, inline = self._place(use)
                notes = () if inline else self._used_by(use.template)
                self._diagnostics.add("W520", span, notes=notes, found=use.name, source=source)
        for name in renderer.blank:
            quoted = self._places[name]
            self._diagnostics.add("W521", quoted.span, found=name)

    def unknown_columns(self, renderer: Renderer, columns: tuple[str, ...], source: str) -> None:
        """Report each name in a template that is no column, where it is written."""
        for use in renderer.uses:
            if use.name not in columns:
                near = nearest(use.name, columns)
                suggestion = f"did you mean `{near}`?" if near else f"columns: {', '.join(columns[:20])}"
                span, inline = self._place(use)
                self._diagnostics.add(
                    "MG501",
                    span,
                    notes=() if inline else self._used_by(use.template),
                    edit=Edit(span, near) if span and inline and near and near.isidentifier() else None,
                    template=use.template if inline else f"{use.template}:{use.line}",
                    found=use.name,
                    source=source,
                    suggestion=suggestion,
                )

    def _place(self, use: Use) -> tuple[Span | None, bool]:
        """Return where a template uses a name, and whether the template stands in the campaign file."""
        if file := self._files.read.get(use.template):
            start = file.offset(use.line, use.column)
            return Span(file, start, start + len(use.name)), False
        inline = self._inline.get(use.template, ())
        for quoted in inline:
            if span := written_in(quoted.span, use.name, use.line):
                return span, True
        if inline:
            return inline[0].span, True
        # A file that a template includes: the setting that names the template has to do.
        return (self._campaign.template.span if self._campaign.template else None), False

    def _used_by(self, template: str) -> tuple[Note, ...]:
        quoted = self._places.get(template)
        return (Note("used here", quoted.span),) if quoted else ()

    def _words(self, name: str, quoted: Quoted) -> Words:
        self._places[name] = quoted
        self._inline.setdefault(name, []).append(quoted)
        dropped = quoted.span.source.startswith(('"""\n', '"""\r\n'))
        return Words(quoted.value, name, quoted.span.line + dropped)

    def _optional(self, name: str, quoted: Quoted | None) -> Words | None:
        return self._words(name, quoted) if quoted else None

    def _unsubscribing(self) -> Unsubscribing | None:
        unsubscribe = self._campaign.unsubscribe
        if unsubscribe is None:
            return None
        mailto = self._optional("mailto", unsubscribe.mailto)
        return Unsubscribing(self._words("unsubscribe", unsubscribe.url), mailto, unsubscribe.one_click)

    def _to(self, address_column: str | None) -> Words:
        if self._campaign.to:
            return self._words("to", self._campaign.to)
        return Words("{{ row[" + repr(address_column) + "] }}", "to")

    def _page(self, file: Quoted) -> Words | Choice | None:
        """Read the template of a PDF."""
        return self._files(file, _PAGES, self._words(f"attach {file.value}", file))

    def _body(
        self, name: str, inline: Quoted | None, file: Quoted | None, forms: Mapping[str, Form]
    ) -> Words | Choice | None:
        if inline:
            return self._words(name, inline)
        return self._files(file, forms, self._words(f"template {file.value}", file)) if file else None


def _word_of(file: Text, error: TemplateError) -> Span | None:
    """Return the word that a mistake in a file is about, if it is about one."""
    line = file.whole_line(error.line)
    start = first_place(file.content, error.word, line.start, line.end) if error.word else None
    return None if start is None else Span(file, start, start + len(error.word))
