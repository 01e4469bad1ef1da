"""The blanks that do not count around a text, and the texts that a database can be told."""

__all__ = ["BLANKS", "can_be_said"]

#: What Python's `str.strip` takes away.
BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))


def can_be_said(value: str) -> bool:
    """Whether a text can be a parameter: PostgreSQL has no NUL in texts, and no lone surrogate is UTF-8."""
    return value.isprintable()
