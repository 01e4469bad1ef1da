"""World: what campaigns are bound to: plugins, project, environment and time."""

from collections.abc import Callable, Mapping
from datetime import datetime

from mailgrid.message.address import Address
from mailgrid.plugins import Registry
from mailgrid.project import Project
from mailgrid.value import value

__all__ = ["World"]


@value
class World:
    """What campaigns are bound to.

    Args:
        registry: the plugins.
        project: the project's root and settings.
        environment: the process's environment variables.
        now: the moment that plans are made for, aware; `today()` and `now` everywhere.
        mark: what every subject begins with where messages are no real ones; a template.
        redirect: who gets every message in place of its recipient.
        token_key: returns the secret key of `token`; called when the first one is made.
    """

    registry: Registry
    project: Project
    environment: Mapping[str, str]
    now: datetime
    mark: str = ""
    redirect: Address | None = None
    token_key: Callable[[], str] = str
