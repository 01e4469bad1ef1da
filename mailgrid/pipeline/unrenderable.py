"""Unrenderable: why nothing can be written to somebody, although everybody else gets the same message."""

from mailgrid.errors import AddressError, TemplateError

__all__ = ["Unrenderable", "why"]

Unrenderable = TemplateError | AddressError


def why(error: Unrenderable) -> str:
    """Return the reason in one line, with its place in the template where that is known; no values in it."""
    if isinstance(error, AddressError) or not error.template:
        return error.message
    place = f"{error.template}:{error.line}" if error.line else error.template
    return f"{place}: {error.message}"
