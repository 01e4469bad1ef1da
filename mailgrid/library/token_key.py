"""The secret key of `token` that `mailgrid.toml` names, and whether it is there where it is needed."""

from collections.abc import Mapping

from mailgrid.errors import UsageError
from mailgrid.language.campaign import Reference
from mailgrid.language.diagnostics import Diagnostic, Diagnostics
from mailgrid.language.text import Span, Text
from mailgrid.message.token import LEAST
from mailgrid.planning.options import look_up
from mailgrid.planning.plan import Plan
from mailgrid.planning.world import World
from mailgrid.project import Project

__all__ = ["missing_key", "named_key", "require_key"]


def named_key(project: Project, environment: Mapping[str, str]) -> str:
    """Return the secret key that a project names.

    Raises:
        UsageError: it is not set, or its file cannot be read.
    """
    diagnostics = Diagnostics()
    place = Span(Text(str(project.file), "", project.file), 0, 0)
    found = look_up(Reference(place, "secret", project.token_key), environment, diagnostics)
    for wrong in diagnostics:
        hint = f"set it to {LEAST} characters or more; {project.file} names it as `token_key`"
        raise UsageError(wrong.message, hint=hint, code=wrong.code)
    return found or ""


def require_key(plan: Plan, world: World) -> None:
    """Find out, before people are gathered, that the secret key is there, where the project names it and it is needed.

    Raises:
        UsageError: it is not set, or its file cannot be read.
    """
    if world.project.token_key and plan.renderer.makes_tokens:
        named_key(world.project, world.environment)


def missing_key(plan: Plan, world: World) -> list[Diagnostic]:
    """Return what `require_key` would raise: MG605, it is not set; or MG615, its file cannot be read."""
    try:
        require_key(plan, world)
    except UsageError as error:
        facts = {"found": world.project.token_key, "reason": error.message}
        return [Diagnostic(error.code, None, facts, help=error.hint)]
    return []
