"""Gate: keeps back whom a campaign may not write to: who is on its own lists, or on the project's."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mailgrid.message.address import comparable
from mailgrid.pipeline.audience import Person

__all__ = ["PROJECT", "Gate", "Lists", "Project"]

#: How the project's list is called.
PROJECT = "the do-not-mail list"

#: The project's list is looked at again so often, in seconds, while a run sends.
_INTERVAL = 0.25


class Lists(Protocol):
    """A campaign's own lists."""

    def find(self, addresses: Sequence[str]) -> Mapping[str, str]:
        """Return those of the addresses who are on one, and its title."""
        ...


class Project(Protocol):
    """The project's list, which may change at any time."""

    @property
    def revision(self) -> int:
        """A number that grows with each change."""
        ...

    def find(self, addresses: Sequence[str]) -> Mapping[str, object]:
        """Return those of the addresses who are on it."""
        ...


class Gate:
    """Tells who is kept back: all of them while gathering, and then those who came onto the project's list since.

    Used by one thread at a time.

    Args:
        lists: the campaign's own, which are read once.
        project: the project's list.
        now: the time in seconds.
    """

    def __init__(self, lists: Lists, project: Project, now: Callable[[], float]) -> None:
        self._lists = lists
        self._project = project
        self._now = now
        self._revision = project.revision  # as it is before anybody is gathered
        self._looked = now()
        self._changed = False

    def barred(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return those of the addresses who are kept back, and by which list.

        Raises:
            LedgerError: a list cannot be read.
        """
        found = dict.fromkeys(self._project.find(addresses), PROJECT)
        found.update(self._lists.find(addresses))
        return found

    def held(self, people: Sequence[Person]) -> list[Person]:
        """Return those who came onto the project's list since they were gathered.

        As long as it does not change this costs nothing: its revision is looked up four times a second. From its first
        change on everybody is looked up.

        Raises:
            LedgerError: the list cannot be read.
        """
        now = self._now()
        if not self._changed and abs(now - self._looked) >= _INTERVAL:  # whichever way the clock is set
            self._looked = now
            self._changed = self._project.revision != self._revision
        if not self._changed:
            return []
        addresses = [comparable(person.recipient.address) for person in people]
        found = self._project.find(addresses)
        return [person for person, address in zip(people, addresses, strict=True) if address in found]
