"""`mailgrid explain`: what a code means, why, and an example of each way."""

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.errors import UsageError
from mailgrid.language.essay import Essay, codes, essay
from mailgrid.language.suggest import nearest

__all__ = ["command"]


@click.command("explain")
@click.argument("code", required=False)
@common_options
@click.pass_obj
def command(common: Common, code: str | None) -> int:
    """Explain the CODE of an error or a warning, like MG104; without one, list them all."""
    if code is None:
        _list(common)
        return 0
    found = essay(code)
    if found is None:
        near = nearest(code.upper(), codes())
        hint = f"did you mean `{near}`?" if near else "`mailgrid explain` lists them all"
        raise UsageError(f"there is no code `{code}`", hint=hint)
    if common.json is not None:
        print_json(common.screen, {"format": 1, **_as_json(found), "text": found.body}, common.json)
    else:
        common.screen.out("\n".join(found.lines()))
    return 0


def _list(common: Common) -> None:
    found = [one for one in map(essay, codes()) if one]
    if common.json is not None:
        print_json(common.screen, {"format": 1, "codes": [_as_json(one) for one in found]}, common.json)
        return
    for one in found:
        common.screen.out(f"{one.code:<5}  {one.title}")


def _as_json(found: Essay) -> dict[str, object]:
    return {"code": found.code, "title": found.title}
