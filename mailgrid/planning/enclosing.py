"""Enclosing: a campaign's `attach` and `inline`, bound to the files that they name and to their conditions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from mailgrid.language.ast import Expr
from mailgrid.language.campaign import Attachment, Campaign, Inline, Quoted
from mailgrid.language.diagnostics import Diagnostics, Note
from mailgrid.language.expressions import Match
from mailgrid.message.spec import Choice, Enclosing, Words

__all__ = ["check_shown", "enclosings"]

_Words = Callable[[str, Quoted], Words]
_Matching = Callable[[Expr | None], Match | None]
_Resolve = Callable[[Path, str], Path]
_Read = Callable[[Quoted], Words | Choice | None]


def enclosings(
    campaign: Campaign, words: _Words, match: _Matching, resolve: _Resolve, read: _Read, diagnostics: Diagnostics
) -> Iterator[Enclosing]:
    """Yield what goes with a campaign's messages.

    Args:
        campaign: the campaign.
        words: makes a template of a text, under the name that messages call it by.
        match: compiles a condition.
        resolve: turns a path that is written in a folder's campaign file into one on disk.
        read: reads the template of a PDF; None where it cannot be read, which it reports.
        diagnostics: takes what is wrong.
    """
    _check_names(campaign.inlines, diagnostics)
    for attachment in campaign.attachments:
        document = read(attachment.file) if attachment.pdf else None
        if document or not attachment.pdf:
            yield replace(_attached(attachment, words, match(attachment.where), resolve), document=document)
    for inline in campaign.inlines:
        if campaign.html is None and campaign.template is None:
            reason = f"there is no HTML that could show `cid:{inline.cid.value}`"
            hint = "write `html` or `template`, or send the picture with `attach`"
            diagnostics.add("MG507", inline.cid.span, hint=hint, reason=reason)
        path = words(f"inline {inline.file.value}", inline.file)
        yield Enclosing(path=path, find=partial(resolve, inline.file.folder), cid=inline.cid.value)


def check_shown(campaigns: Iterable[Campaign], shown: frozenset[str], diagnostics: Diagnostics) -> None:
    """Warn of pictures that no HTML shows.

    Args:
        campaigns: a campaign as each of its variants has it.
        shown: the names of the pictures that the HTML of any of them shows.
        diagnostics: takes the warnings.
    """
    for inline in {each.cid.span: each for campaign in campaigns for each in campaign.inlines}.values():
        if inline.cid.value not in shown:
            diagnostics.add("W508", inline.cid.span, found=inline.cid.value)


def _attached(attachment: Attachment, words: _Words, match: Match | None, resolve: _Resolve) -> Enclosing:
    title = f"attach {attachment.file.value}"
    name = words(title, attachment.name) if attachment.name else None
    return Enclosing(
        path=words(title, attachment.file),
        find=partial(resolve, attachment.file.folder),
        name=name,
        needed=attachment.needed,
        test=_test(match) if match else None,
        columns=tuple(match.needed) if match else (),
    )


def _test(match: Match) -> Callable[[Mapping[str, object]], bool]:
    """Return what says of a row whether its answer is yes."""
    columns = tuple(match.needed)
    ask = match.bind(columns)
    return lambda fields: ask([fields.get(column) for column in columns]) is True


def _check_names(inlines: Sequence[Inline], diagnostics: Diagnostics) -> None:
    first: dict[str, Quoted] = {}
    for inline in inlines:
        known = first.setdefault(inline.cid.value, inline.cid)
        if known is not inline.cid:
            note = Note("first defined here", known.span)
            diagnostics.add("MG211", inline.cid.span, notes=(note,), what="picture", found=inline.cid.value)
