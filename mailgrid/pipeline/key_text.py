"""Keys as text, by which people are known in the ledger."""

from decimal import Decimal

__all__ = ["key_text"]

#: No key has more digits than this; a spreadsheet's 1E+999999 would take a megabyte.
_DIGITS = 100


def key_text(value: object) -> str:
    """Turn a key into text, the same for all sources: the 7.0 of a spreadsheet is 7, the text 007 stays."""
    if value is None:
        return ""
    if isinstance(value, float | Decimal) and _whole(value):
        return str(int(value))
    text = str(value).strip()
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()  # lone surrogates


def _whole(value: float | Decimal) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return value.is_finite() and value.adjusted() < _DIGITS and value == int(value)
