"""`rate`, `pause`, `resume` and `stop` where no run is under way, and what makes no sense."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


def test_a_later_run_is_not_surprised(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    folder.campaign('maildir "box/"')
    assert mailgrid("apply", "welcome.mailgrid", "--take", "1").code == 0
    for command in (("pause",), ("resume",), ("stop",), ("rate", "1/day")):
        ended = mailgrid(command[0], "welcome", *command[1:])
        assert (ended.code, ended.out) == (4, "")
        assert "error[MG650]: no run of `welcome` is under way, so nothing was changed" in ended.err
    assert mailgrid("apply", "welcome.mailgrid").code == 0


@pytest.mark.parametrize(
    "words, said",
    [
        (("rate", "welcome", "0/s"), "`0/s` is no rate"),
        (("rate", "welcome", "fast"), "`fast` is no rate"),
        (("pause", "nobody"), "the ledger knows no campaign `nobody`"),
        (("stop", "welcome.mailgrid"), "`welcome.mailgrid` is a file"),
        (("apply", "welcome.mailgrid", "--rate", "5"), "`5` is no rate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_makes_no_sense(folder: CampaignFolder, mailgrid: CommandLine, words: tuple[str, ...], said: str) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"')
    ended = mailgrid(*words)
    assert ended.code == 2
    assert said in ended.err


def test_apply_at_another_rate(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(5)
    folder.campaign('maildir "box/"', "rate 1/min")
    ended = mailgrid("apply", "welcome.mailgrid", "--rate", "100/s")
    assert ended.code == 0
    assert "at 100/s, " in ended.out
