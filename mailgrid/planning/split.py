"""Split: which variant of a campaign somebody gets: the same one in every run, on every machine."""

from collections.abc import Callable, Sequence
from hashlib import blake2b

from mailgrid.value import value

__all__ = ["Share", "Split"]

_BYTES = 8


@value
class Share:
    """A variant's part of those who may get it: `share` is between 0 and 1, `test` says who; None: everybody."""

    name: str
    share: float
    test: Callable[[Sequence[object]], bool | None] | None = None


class Split:
    """Parts people among variants.

    Those that somebody may get lie side by side in the order of the file, each as wide as its share; the person's
    place among them is made of the campaign's name and the key. So a changed share moves only the people between the
    old and the new borders.

    Args:
        campaign: the campaign's oldest name, which a new name does not change.
        shares: the variants.
    """

    def __init__(self, campaign: str, shares: Sequence[Share]) -> None:
        self.shares = tuple(shares)
        salt = blake2b(campaign.encode(), digest_size=16).digest()
        # Another hash than the one that `take` and `sample` go by: a sample must have all variants in it.
        self._blank = blake2b(digest_size=_BYTES, key=salt, person=b"variant")

    def __call__(self, key: str, cells: Sequence[object]) -> str:
        """Return the name of somebody's variant; empty for the campaign's own wording.

        Args:
            key: theirs.
            cells: their row, as `test` reads it.
        """
        possible = [each for each in self.shares if each.test is None or each.test(cells)]
        if not possible:
            return ""
        place = self._place(key) * sum(each.share for each in possible)
        for each in possible:
            place -= each.share
            if place < 0:
                return each.name
        return possible[-1].name  # rounding: the place was at the very end

    def _place(self, key: str) -> float:
        """Return a number from 0 to 1 that is always the same for a key."""
        state = self._blank.copy()
        state.update(key.encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest()) / 2.0 ** (8 * _BYTES)
