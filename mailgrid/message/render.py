"""Render: Recipient → Message. A campaign's texts are compiled once; each person then costs their values only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mailgrid.errors import TemplateError
from mailgrid.hookspecs import Message, Recipient
from mailgrid.message import headers, lint
from mailgrid.message.address import Address, parse
from mailgrid.message.bodies import Bodies, body_of
from mailgrid.message.bulk import Bulk
from mailgrid.message.date_header import DateHeader
from mailgrid.message.dkim import Signatures
from mailgrid.message.mailbox import Mailbox
from mailgrid.message.message_id import MessageIds
from mailgrid.message.own_headers import own_headers
from mailgrid.message.reading import Use
from mailgrid.message.sandbox import GLOBALS, Mode
from mailgrid.message.scope import Scope
from mailgrid.message.spec import Spec, Words
from mailgrid.message.template import Engine, Template
from mailgrid.message.token import Tokens
from mailgrid.message.unsubscribe import Unsubscribe

__all__ = ["Renderer", "Spec", "Words"]

_NOTHING: frozenset[str] = frozenset()


class Renderer:
    """Writes the messages of one campaign. It may be used by many threads at once.

    Args:
        spec: the campaign's texts and what fills them.

    Raises:
        TemplateError: a text cannot be compiled, a header is not the author's to set, or there is no body.
        AddressError: an address that is the same for everybody is not one.
    """

    def __init__(self, spec: Spec) -> None:
        self._scope = Scope(
            campaign=spec.campaign,
            variables=spec.variables,
            functions=spec.functions,
            common=GLOBALS,
            now=spec.template_now,
        )
        known = self._scope.names | ({"unsubscribe_url"} if spec.unsubscribe else set())
        engine = Engine(known=known, records=self._scope.records, root=spec.root, filters=spec.functions)
        self._date = DateHeader(spec.clock)
        # A mail program that has seen a trial must not take the real message for the same.
        self._ids = MessageIds(spec.campaign, f"{spec.edition}\0{spec.mark}" if spec.mark else spec.edition)
        self._mark = engine.compile(spec.mark, "subject", Mode.HEADER) if spec.mark else None
        self._redirect = spec.redirect
        self._largest = spec.largest
        self._sender = Mailbox(spec.sender, engine)
        self._from = headers.mailboxes("From", (self._sender.fixed,)) if self._sender.fixed else None
        self._to = Mailbox(spec.to, engine)
        self._subject = engine.compile(spec.subject.text, spec.subject.name, Mode.HEADER, spec.subject.first_line)
        self._reply_to = Mailbox(spec.reply_to, engine) if spec.reply_to else None
        self._cc = tuple(Mailbox(words, engine) for words in spec.cc)
        self._bcc = tuple(Mailbox(words, engine) for words in spec.bcc)
        self._unsubscribe = Unsubscribe(spec.unsubscribe, engine) if spec.unsubscribe else None
        self._bulk = Bulk(spec, engine)
        written = self._bulk.names | ({"list-unsubscribe", "list-unsubscribe-post"} if spec.unsubscribe else set())
        self._headers = tuple(own_headers(spec.headers, engine, written))
        self._return_path = Mailbox(spec.return_path, engine) if spec.return_path else None
        self._body = body_of(spec, engine)
        self._enclosures = None
        if spec.enclosures:
            from mailgrid.message.enclosures import Enclosures

            self._enclosures = Enclosures(spec, engine, self._scope.of_fields({}))
        self._sign = Signatures(spec.signatures, spec.clock) if spec.signatures else None
        self._templates = tuple(self._all_templates())
        #: Whether `token` is used in it, for which a secret key is needed.
        self.makes_tokens = self._uses("token")
        self._tokens = Tokens(spec.campaign, spec.token_key) if self.makes_tokens else None
        #: The files that the templates include, and those that everybody gets.
        self.files = engine.files | (self._enclosures.paths if self._enclosures else frozenset())

    @property
    def attached(self) -> tuple[str, ...]:
        """The files that go with it, as the campaign writes them."""
        return self._enclosures.attached if self._enclosures else ()

    @property
    def is_personal(self) -> bool:
        """Whether it depends on the person which files are needed: then `lacking` knows more."""
        return isinstance(self._body, Bodies) or bool(self._enclosures and self._enclosures.is_personal)

    @property
    def shown(self) -> frozenset[str]:
        """The pictures that the HTML shows."""
        return self._body.shown

    @property
    def bare(self) -> bool:
        """Whether styles stay out of the elements because css-inline is not installed."""
        return self._body.bare

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every place where a column is used."""
        return tuple(use for template in self._templates for use in template.uses)

    @property
    def reserved(self) -> tuple[Use, ...]:
        """Every place where a name of ours is used, which a column of the same name does not change."""
        found = (use for template in self._templates for use in template.reserved)
        return tuple(use for use in found if use.name not in GLOBALS)

    @property
    def blank(self) -> tuple[str, ...]:
        """The settings and files that show nothing to anybody."""
        return (*((self._subject.name,) if self._subject.text == "" else ()), *self._body.blank)

    def needed(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return those of a source's columns that the templates need."""
        if any(template.whole for template in self._templates):
            return tuple(columns)
        decisive = self._enclosures.columns if self._enclosures else ()
        names = frozenset(decisive).union(*(template.names for template in self._templates))
        return tuple(column for column in columns if column in names)

    def address_of(self, fields: Mapping[str, object]) -> Address:
        """Return the address in a row.

        Raises:
            AddressError: it is not one address; the message does not repeat it.
            TemplateError: `to` cannot be filled from this row.
        """
        cell = fields.get(self._to.column) if self._to.column else None
        return parse(cell) if isinstance(cell, str) else self._to.bare(self._scope.of_fields(fields))

    def lacking(self, recipient: Recipient) -> str:
        """Return the first file that a message needs and that is not there, as the campaign writes it; else nothing.

        What else is wrong with a message, writing it says.
        """
        try:
            names = self._names(recipient)
            lacking = self._body.lacking(names)
            return lacking or (self._enclosures.lacking(names, recipient.fields) if self._enclosures else "")
        except TemplateError:
            return ""

    def enclosed(self, recipient: Recipient) -> Sequence[tuple[str, Path]]:
        """Return the files that go with this message and not with everybody's: as it names them, and where they are.

        What is wrong with a message, writing it says.
        """
        try:
            return list(self._enclosures.places(self._names(recipient), recipient.fields)) if self._enclosures else ()
        except TemplateError:
            return ()

    def subject_of(self, recipient: Recipient) -> str:
        """Return the subject for a recipient, as people read it."""
        return self._subject_line(self._names(recipient))

    def __call__(self, recipient: Recipient) -> Message:
        """Write the message for one recipient.

        Raises:
            TemplateError: a template cannot be filled with these values, or the message would not be mail.
            AddressError: an address in it is not one.
        """
        names = self._names(recipient)
        sender, to = self._sender(names), self._recipient(recipient, names)
        bounces = self._return_path(names) if self._return_path else sender
        visible, hidden = _filled(self._cc, names), _filled(self._bcc, names)
        message_id = self._ids(recipient.key, sender.domain)
        written = b"".join(
            (
                self._date(),
                self._from or headers.mailboxes("From", (sender,)),
                headers.mailboxes("To", (to,)),
                headers.mailboxes("Cc", visible) if visible else b"",
                self._answers(names, self._reply_to) if self._reply_to else b"",
                headers.unstructured("Subject", self._subject_line(names)),
                f"Message-ID: {message_id}\r\n".encode(),
                self._unsubscribe(names) if self._unsubscribe else b"",
                self._bulk(names),
                *(self._further(names) if self._headers else ()),
                *self._content(names, recipient.fields),
            )
        )
        content = self._finished(lint.check(written))
        mail_from, rcpt_to = bounces.wire, (self._redirect or to).wire
        copies = () if self._redirect else _copies(to, (*visible, *hidden))
        return Message(
            recipient=recipient,
            mail_from=mail_from,
            rcpt_to=rcpt_to,
            content=content,
            message_id=message_id,
            needs=_needs(content, (mail_from, rcpt_to, *copies)),
            copies=copies,
        )

    def _finished(self, content: bytes) -> bytes:
        """Return a message signed, unless it is too large."""
        content = self._sign(content) if self._sign else content
        if 0 < self._largest < len(content):
            raise TemplateError(f"the message has {len(content):,} bytes; `max_size` is {self._largest:,}")
        return content

    def _content(self, names: dict[str, object], fields: Mapping[str, object]) -> Iterable[bytes]:
        """Return the MIME headers, an empty line and all that follows, in pieces."""
        return self._enclosures(self._body, names, fields) if self._enclosures else (self._body(names),)

    def _names(self, recipient: Recipient) -> dict[str, object]:
        """Return what the templates see; a token and a link to leave are made where they are wanted."""
        names = self._scope.of(recipient)
        if self._tokens:
            names["token"] = self._tokens(recipient.key)
        if self._unsubscribe:
            names["unsubscribe_url"] = self._unsubscribe.url(names)
        return names

    def _uses(self, name: str) -> bool:
        return any(name in template.names for template in self._templates)

    def _subject_line(self, names: dict[str, object]) -> str:
        subject = _line(self._subject, names)
        return f"{_line(self._mark, names)} {subject}".rstrip() if self._mark else subject

    def _recipient(self, recipient: Recipient, names: dict[str, object]) -> Address:
        """Return the mailbox for `To`: the recipient's address, with the name that belongs to it."""
        address = parse(recipient.address)
        # The usual case: the address is a column and nothing but an address, so it brings no name.
        if self._to.column and not self._to.named and recipient.fields.get(self._to.column) == recipient.address:
            return address
        return Address(self._to.display(names), address.local, address.domain)

    @staticmethod
    def _answers(names: dict[str, object], reply_to: Mailbox) -> bytes:
        address = reply_to.optional(names)
        return headers.mailboxes("Reply-To", (address,)) if address else b""

    def _further(self, names: dict[str, object]) -> Iterator[bytes]:
        """Write the author's own headers; an empty one is left out."""
        for name, template in self._headers:
            value = _line(template, names)
            if value:
                write = headers.structured if name.lower() in headers.STRUCTURED else headers.unstructured
                yield write(name, value)

    def _all_templates(self) -> Iterator[Template]:
        mailboxes = (self._sender, self._to, self._reply_to, self._return_path, *self._cc, *self._bcc)
        for mailbox in mailboxes:
            yield from mailbox.templates if mailbox else ()
        yield self._subject
        yield from self._unsubscribe.templates if self._unsubscribe else ()
        yield from self._bulk.templates
        yield from (template for _, template in self._headers)
        yield from self._body.templates
        yield from self._enclosures.templates if self._enclosures else ()


def _line(template: Template, names: dict[str, object]) -> str:
    return headers.one_line(template(names), template.name)


def _filled(mailboxes: Sequence[Mailbox], names: dict[str, object]) -> Sequence[Address]:
    if not mailboxes:
        return ()
    return [address for mailbox in mailboxes if (address := mailbox.optional(names)) is not None]


def _copies(to: Address, copies: Sequence[Address]) -> tuple[str, ...]:
    """Return the addresses for the envelope, without whoever gets the message anyway."""
    if not copies:
        return ()
    once = {copy.key: copy for copy in copies}
    once.pop(to.key, None)
    return tuple(copy.wire for copy in once.values())


def _needs(content: bytes, envelope: Iterable[str]) -> frozenset[str]:
    """Say what the far side must offer. Only an international address makes a message other than ASCII (RFC 6532)."""
    if not content.isascii():
        return frozenset({"8bit", "smtputf8"})
    return _NOTHING if "".join(envelope).isascii() else frozenset({"smtputf8"})
