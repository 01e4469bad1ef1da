"""Spec: all that is needed to write the messages of one campaign; planning makes it of a Campaign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from mailgrid.message.address import Address
from mailgrid.message.dkim import Signature
from mailgrid.value import value

__all__ = ["Choice", "Enclosing", "Form", "Spec", "Unsubscribing", "Words"]


class Form(Enum):
    """What a body is written in."""

    HTML = "html"
    MARKDOWN = "markdown"
    MJML = "mjml"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of files end that are written so."""
        return {"html": (".html", ".htm"), "markdown": (".md", ".markdown"), "mjml": (".mjml",)}[self.value]


@value
class Words:
    """A text with `{{ }}`, and where it stands.

    Args:
        text: the text.
        name: the file, or the setting that holds the text, as messages name it.
        first_line: the line at which it begins there.
        form: what it is written in, where it is the body in HTML.
    """

    text: str
    name: str
    first_line: int = 1
    form: Form = Form.HTML


@value
class Choice:
    """Several templates, of which a person's row says which is meant.

    Args:
        name: the name of the file, a template.
        options: the files that there are, by what stands in their names for each `{{ }}`.
        tags: these `{{ }}`, as they are written.
    """

    name: Words
    options: Mapping[tuple[str, ...], Words]
    tags: tuple[str, ...]


@value
class Unsubscribing:
    """How people leave a list.

    Args:
        url: a page of theirs.
        mailto: an address that takes their message, perhaps with `?subject=...` behind it.
        one_click: whether the page takes a POST by which a program unsubscribes them (RFC 8058).
    """

    url: Words
    mailto: Words | None = None
    one_click: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosing:
    """A file that goes with messages, or a picture that their HTML shows.

    Args:
        path: where it is, a template.
        find: turns a path into a place on disk; raises SourceError where it leaves the project.
        name: what readers see it as, a template; None: its own name.
        document: the template that a PDF is made of for each person, `path` being its name; None: it is a file.
        cid: what the HTML calls it by, as `cid:logo`; empty for a file.
        needed: whether nobody gets the message without it.
        test: says of a row whether that person gets it; None: everybody does.
        columns: the columns that `test` looks at.
    """

    path: Words
    find: Callable[[str], Path]
    name: Words | None = None
    document: Words | Choice | None = None
    cid: str = ""
    needed: bool = True
    test: Callable[[Mapping[str, object]], bool] | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The texts of a campaign and what fills them.

    Args:
        sender: `from`.
        to: whom each message is for, like `{{ name }} <{{ email }}>`.
        subject: the subject.
        reply_to: where answers go, if elsewhere.
        cc: addresses of copies that everybody sees; an empty one is left out.
        bcc: addresses of copies that nobody sees.
        headers: further headers, by name.
        html: the HTML body.
        text: the plain text; None: made from the HTML.
        preheader: what mail programs show after the subject; hidden at the start of the HTML.
        enclosures: files and pictures that go with it.
        mark: what every subject begins with where the message is no real one, a template; its Message-IDs are others.
        largest: how many octets a message may have; 0: any.
        redirect: who gets every message in place of its recipient, and of those of copies.
        campaign: the campaign's name.
        edition: which issue of it, empty when there is only one.
        variables: the values of the `let`s.
        root: the folder that templates include files from; None: they cannot.
        functions: functions that templates may call, and use as filters.
        token_key: returns the secret key of `token`; called when the first one is made.
        return_path: the envelope's sender; None: the sender's address.
        unsubscribe: how people leave the list.
        list_id: the name of the list.
        feedback_id: what complaints are counted by.
        precedence: `bulk`, or nothing.
        signatures: who signs each message.
        clock: tells the time for `Date`; aware.
        template_now: what `now` is in templates, the same for everybody.
    """

    sender: Words
    to: Words
    subject: Words
    campaign: str
    clock: Callable[[], datetime]
    template_now: datetime
    edition: str = ""
    reply_to: Words | None = None
    cc: tuple[Words, ...] = ()
    bcc: tuple[Words, ...] = ()
    headers: tuple[tuple[str, Words], ...] = ()
    html: Words | Choice | None = None
    text: Words | Choice | None = None
    preheader: Words | None = None
    enclosures: tuple[Enclosing, ...] = ()
    mark: str = ""
    largest: int = 0
    redirect: Address | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    root: Path | None = None
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    token_key: Callable[[], str] = str
    return_path: Words | None = None
    unsubscribe: Unsubscribing | None = None
    list_id: Words | None = None
    feedback_id: Words | None = None
    precedence: str = ""
    signatures: tuple[Signature, ...] = ()
