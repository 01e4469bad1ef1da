import json

from mailgrid.language import highlight
from mailgrid.language.parser import grammar
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


def test_the_grammar_is_printed(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("grammar")
    assert (ended.code, ended.out) == (0, grammar())
    assert json.loads(mailgrid("grammar", "--json").out) == {"format": 1, "grammar": grammar()}


def test_the_grammar_for_editors_is_printed(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    assert json.loads(mailgrid("grammar", "--textmate").out) == highlight.textmate()
