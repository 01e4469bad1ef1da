"""Addresses in what the program says of itself: there are none, for logs are kept and read by many."""

import logging
import re

__all__ = ["AddressesLogged", "addresses_in"]

_ADDRESS = re.compile(r"[^\s@<>:,;|\"'`()\[\]{}=/]+@(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


def addresses_in(text: str) -> list[str]:
    """Return what looks like the address of a person."""
    return _ADDRESS.findall(text)


class AddressesLogged(logging.Handler):
    """Keeps the addresses in all records, tracebacks included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found += addresses_in(self.format(record))
