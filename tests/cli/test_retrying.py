"""Who is tried again by the next `apply`, and by which option; and what the first one says to type."""

import pytest

from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp

RETRY = ("workers 1", "retry 2 for 1m backoff 10ms max 10ms jitter 0%")


@pytest.fixture
def tried(folder: CampaignFolder, mailgrid: CommandLine) -> CampaignFolder:
    """Return a project whose campaign was sent to one, given up for one and refused to one, of three."""
    _, two, three = folder.people(3)
    with SmtpServer(
        refuse("RCPT", "450 4.2.1 not now", to=two), refuse("RCPT", "550 5.1.1 nobody", to=three)
    ) as server:
        folder.campaign(smtp(server), *RETRY)
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 1
    folder.people(5)
    return folder


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ((), ["p00002", "p00004", "p00005"]),
        (("--retry-failed",), ["p00002"]),
        (("--retry-rejected",), ["p00002", "p00003", "p00004", "p00005"]),
        (("--retry-failed", "--retry-rejected"), ["p00002", "p00003"]),
    ],
)
def test_which_options_try_whom(
    tried: CampaignFolder, mailgrid: CommandLine, options: tuple[str, ...], sent: list[str]
) -> None:
    with SmtpServer() as server:
        tried.campaign(smtp(server), *RETRY)
        ended = mailgrid("apply", "welcome.mailgrid", "--yes", *options)
    assert ended.code == 0
    assert sorted(each.split("@")[0] for each in recipients(server.messages)) == sent
    if options == ("--retry-failed",):
        assert "      -2  left for later   --retry-failed" in ended.out


def test_who_is_deferred_is_left_and_taken_up_when_due(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (address,) = folder.people(1)
    with SmtpServer(refuse("RCPT", "450 4.2.1 not now", to=address, times=1)) as server:
        folder.campaign(smtp(server), "retry 5 for 1m backoff 1s max 1s jitter 0%")
        left = mailgrid("apply", "welcome.mailgrid", "--yes", "--no-wait")
        (why,) = mailgrid("why", address, "--json").json["mailings"]
        next_run = mailgrid("apply", "welcome.mailgrid", "--yes")
    assert (left.code, why["status"], next_run.code) == (1, "deferred", 0)
    assert why["due"] > why["time"]
    attempts = mailgrid("log", "--attempts", "--json").lines
    assert [(line["attempts"], line["status"]) for line in attempts] == [(1, "deferred"), (2, "sent")]
    assert attempts[1]["time"] >= why["due"]


@pytest.mark.parametrize("names", [["--all"], ["second"], ["welcome", "second"]])
def test_of_several_campaigns_the_one_is_named_to_go_on(
    folder: CampaignFolder, mailgrid: CommandLine, names: list[str]
) -> None:
    (address,) = folder.people(1)
    with SmtpServer(refuse("RCPT", "450 4.2.1 not now", to=address)) as server:
        folder.campaign(smtp(server))
        file = folder.path / "welcome.mailgrid"
        text = file.read_text("utf-8")
        file.write_text(text + text.replace("campaign welcome", "campaign second"), "utf-8")
        ended = mailgrid("apply", "welcome.mailgrid", *names, "--yes", "--no-wait")
    assert "1 is still pending; go on: mailgrid apply welcome.mailgrid second\n" in ended.out
