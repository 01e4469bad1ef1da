"""Did you mean: the known name that a mistyped one is nearest to."""

from collections.abc import Collection

__all__ = ["distance", "nearest"]

#: Words up to this many letters are forgiven one slip only: with two, `to` would be near to nearly everything.
SHORT = 4

#: Among more names than this none is looked for: it would take long, and a file of so many was written by a program.
MANY = 1000


def nearest(word: str, names: Collection[str]) -> str | None:
    """Return the name that `word` was probably meant to be, or None.

    At most two slips of the finger are forgiven, one in a word of four letters or less. Case does not count as a
    slip. Among equally near names one with the same first letter wins, then the first in the alphabet.
    """
    names = set(names)
    if len(names) > MANY:
        return None
    folded = word.casefold()
    letters = set(folded)
    limit = 1 if len(word) <= SHORT else 2
    best: tuple[int, bool, str] | None = None
    for name in names:
        other = name.casefold()
        # One slip changes the length by one at most, and the set of letters by two: this spares most comparisons.
        if abs(len(other) - len(folded)) > limit or len(letters.symmetric_difference(other)) > 2 * limit:
            continue
        candidate = (distance(folded, other), folded[:1] != other[:1], name)
        if candidate[0] <= min(limit, max(len(word), len(name)) - 1) and (best is None or candidate < best):
            best = candidate
    return best[2] if best else None


def distance(left: str, right: str) -> int:
    """Count the insertions, deletions, substitutions and swaps of neighbours that make `right` of `left`.

    This is Damerau and Levenshtein's distance in its restricted form: no letter is moved twice.
    """
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
