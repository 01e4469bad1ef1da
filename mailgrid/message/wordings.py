"""Wordings: the messages of a campaign that has variants, each variant compiled once."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mailgrid.hookspecs import Message, Recipient
from mailgrid.message.address import Address
from mailgrid.message.reading import Use
from mailgrid.message.render import Renderer

__all__ = ["Wordings"]


class Wordings:
    """Writes to each recipient in the wording of their variant. It does what a Renderer does.

    Args:
        renderers: by the variant's name; the campaign's own wording has the empty one, where anybody gets it.
    """

    def __init__(self, renderers: Mapping[str, Renderer]) -> None:
        self._renderers = renderers
        self._first = next(iter(renderers.values()))
        #: The files that the templates include.
        self.files: frozenset[Path] = frozenset().union(*(each.files for each in renderers.values()))
        #: The files that go with the messages of any of them, as the campaign writes them.
        self.attached = tuple(dict.fromkeys(file for each in renderers.values() for file in each.attached))
        #: Whether it depends on the person which files are needed: then `lacking` knows more.
        self.is_personal = any(each.is_personal for each in renderers.values())
        #: Whether `token` is used in them, for which a secret key is needed.
        self.makes_tokens = any(each.makes_tokens for each in renderers.values())
        #: Every place where a column is used.
        self.uses: tuple[Use, ...] = tuple(use for each in renderers.values() for use in each.uses)

    def needed(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return those of a source's columns that the templates of any variant need."""
        known = tuple(columns)
        names = {name for each in self._renderers.values() for name in each.needed(known)}
        return tuple(column for column in known if column in names)

    def address_of(self, fields: Mapping[str, object]) -> Address:
        """Return the address in a row; variants have no say in it.

        Raises:
            AddressError: it is not one address; the message does not repeat it.
            TemplateError: `to` cannot be filled from this row.
        """
        return self._first.address_of(fields)

    def lacking(self, recipient: Recipient) -> str:
        """Return the first file that a message needs and that is not there, as the campaign writes it; else nothing."""
        return self._renderers[recipient.variant].lacking(recipient)

    def enclosed(self, recipient: Recipient) -> Sequence[tuple[str, Path]]:
        """Return the files that go with this message and not with everybody's: as it names them, and where they are."""
        return self._renderers[recipient.variant].enclosed(recipient)

    def subject_of(self, recipient: Recipient) -> str:
        """Return the subject for a recipient, as people read it."""
        return self._renderers[recipient.variant].subject_of(recipient)

    def __call__(self, recipient: Recipient) -> Message:
        """Write the message for one recipient.

        Raises:
            TemplateError: a template cannot be filled with these values, or the message would not be mail.
            AddressError: an address in it is not one.
        """
        return self._renderers[recipient.variant](recipient)
