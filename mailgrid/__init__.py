"""Mail campaigns as files: plan shows what would happen, apply sends each message once.

    import mailgrid

    for forecast in mailgrid.plan("welcome.mailgrid"):
        print(forecast.tally.to_send)
    report = mailgrid.apply("welcome.mailgrid")

The names below are imported when they are first used, so that `import mailgrid` costs nothing.
"""

from importlib import import_module

__all__ = ["Report", "Settings", "__version__", "apply", "hookimpl", "load", "plan", "verify_token"]

__version__ = "0.1.0"

_HOMES = {
    "Report": "mailgrid.report",
    "Settings": "mailgrid.library.settings",
    "apply": "mailgrid.library.verbs",
    "hookimpl": "mailgrid.hookspecs",
    "load": "mailgrid.library.loading",
    "plan": "mailgrid.library.verbs",
    "verify_token": "mailgrid.message.token",
}


def __getattr__(name: str) -> object:
    """Import one of the names above."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mailgrid' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
