"""Formula: what a spreadsheet would run in place of showing it, in a cell that came from somebody else."""

import re

__all__ = ["guarded", "unguarded"]

#: How such a cell begins, https://owasp.org/www-community/attacks/CSV_Injection; some trim blanks first, and some take
#: the wide forms of the signs for the same. One that is guarded already counts too, so that `unguarded` is exact.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
#: A number or a telephone number is none: the worst that happens is that it is added up.
_NUMBER = re.compile(r"[+-]?[0-9][0-9., ]*")


def guarded(cell: str) -> str:
    """Return a cell for a file that a spreadsheet may open: what it would take for a formula, behind an apostrophe."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
