"""Extras: libraries that are installed by those who need them."""

from importlib import import_module
from typing import Any

from mailgrid.errors import TemplateError

__all__ = ["extra"]


def extra(module: str, name: str, what: str, template: str) -> Any:  # noqa: ANN401 (a module has no type of its own)
    """Return a library that belongs to an extra.

    Args:
        module: what is imported.
        name: the extra.
        what: what needs it, for people.
        template: the template that has it.

    Raises:
        TemplateError: it is not installed.
    """
    try:
        return import_module(module)
    except (ImportError, OSError):  # a library of the system may be missing
        raise TemplateError(
            f"{what} needs {module}, which is not installed",
            hint=f'install it: pip install "mailgrid[{name}]"',
            code="MG508",
            template=template,
        ) from None
