"""`mailgrid grammar`: the language's grammar, for programs that read or colour campaign files."""

import json

import click

from mailgrid.cli.common import Common, common_options

__all__ = ["command"]


@click.command("grammar")
@click.option("--textmate", is_flag=True, help="Print the TextMate grammar, by which editors colour files.")
@common_options
@click.pass_obj
def command(common: Common, textmate: bool) -> None:
    """Print the grammar of campaign files in Lark's notation, or as a TextMate grammar."""
    if textmate:
        from mailgrid.language import highlight

        common.screen.out(json.dumps(highlight.textmate(), indent=2, ensure_ascii=False))
        return
    from mailgrid.language.parser import grammar

    if common.json is None:
        common.screen.out(grammar().removesuffix("\n"))
    else:
        from mailgrid.cli.json_out import print_json

        print_json(common.screen, {"format": 1, "grammar": grammar()}, common.json)
