"""Saved plans: what stands in them, whom they admit, and what refuses them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, recipients

NOW = "2026-05-04T07:00:00Z"
Edit = Callable[[CampaignFolder], object]


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    """Return a project with an import, a template, what that includes, and a list of lines."""
    folder.people(5)
    folder.write("mailgrid.toml", 'zone = "Europe/Paris"\n')
    folder.write("shared/words.mailgrid", 'let greeting = "Dear"\n')
    folder.write("foot.html", "<p>Acme</p>")
    folder.write("welcome.html", "<p>{{ vars.greeting }} {{ first_name }}</p>{% include 'foot.html' %}")
    folder.write("staff.txt", "boss@mail.example\n")
    lines = [
        'import "shared/words.mailgrid"',
        "campaign welcome {",
        '  source csv "people.csv"',
        '  where not email in lines("staff.txt")',
        '  from "Acme <hello@acme.example>"',
        '  subject "Hello"',
        '  template "welcome.html"',
        '  transport maildir "box/"',
        "}",
        "",
    ]
    folder.write("welcome.mailgrid", "\n".join(lines))
    return folder


def box(folder: CampaignFolder) -> list[str]:
    """Whom the messages in the maildir are for."""
    texts = [file.read_text() for file in (folder.path / "box" / "new").glob("*")]
    return sorted(line.split()[1] for text in texts for line in text.splitlines() if line.startswith("To: "))


def rewrite(name: str, before: str, after: str) -> Edit:
    def edit(folder: CampaignFolder) -> None:
        file = folder.path / name
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after, 1))

    return edit


def test_a_saved_plan_is_shown_applied_and_never_applied_again(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    planned = mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    assert planned.code == 0
    assert planned.err == "Nothing was sent. Next: mailgrid apply welcome.plan\n"
    shown = mailgrid("show", "welcome.plan")
    assert "       5  to send" in shown.out
    assert shown.out.endswith("fresh; next: mailgrid apply welcome.plan\n")
    assert not (campaign.path / ".mailgrid").exists()
    assert mailgrid("apply", "welcome.plan").code == 0
    assert len(box(campaign)) == 5
    again = mailgrid("apply", "welcome.plan")
    assert again.code == 4
    assert "error[MG604]: plan " in again.err
    assert " was applied on " in again.err
    assert mailgrid("show", "welcome.plan").out.endswith("used: it cannot be applied again\n")
    told = mailgrid("show", "welcome.plan", "--json").json
    assert (told["state"], told["to_send"], told["campaigns"][0]["finished"] is None) == ("used", 5, False)
    assert told["campaigns"][0]["by"]


def test_the_same_input_and_moment_give_the_same_bytes(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    for name in ("a.plan", "b.plan"):
        mailgrid("plan", "welcome.mailgrid", "--now", NOW, "-o", name)
    for ending in ("plan", "plan.keys"):
        assert (campaign.path / f"a.{ending}").read_bytes() == (campaign.path / f"b.{ending}").read_bytes()
    assert (campaign.path / "a.plan.keys").stat().st_size == 5 * 8


def test_neither_an_address_nor_a_secret_stands_in_the_files(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY_PASSWORD", "canary-password")
    folder.write("people.csv", "email,first_name\ncanary@bird.example,Canary\nno address canary,Canary\n")
    password = 'password secret("CANARY_PASSWORD")'
    smtp = f'smtp {{\n host "localhost"\n port 1\n user "me"\n {password}\n tls off\n }}'
    folder.campaign(smtp, 'where email != "canary@cage.example"', 'reply_to "canary@reply.example"')
    assert mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan").code == 0
    for name in ("welcome.plan", "welcome.plan.keys"):
        assert b"canary" not in (folder.path / name).read_bytes().lower()
    assert "@" not in (folder.path / "welcome.plan").read_text()


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (rewrite("welcome.mailgrid", 'subject "Hello"', 'subject "Bye"'), "welcome.mailgrid"),
        (rewrite("shared/words.mailgrid", "Dear", "Hey"), "shared/words.mailgrid"),
        (rewrite("welcome.html", "<p>", "<b>"), "welcome.html"),
        (rewrite("foot.html", "Acme", "Ecma"), "foot.html"),
        (rewrite("staff.txt", "boss", "chef"), "staff.txt"),
        (rewrite("mailgrid.toml", "Paris", "Berlin"), "mailgrid.toml"),
        (rewrite("welcome.mailgrid", "campaign welcome {", "campaign ???"), "welcome.mailgrid"),
        (lambda folder: (folder.path / "welcome.html").unlink(), "welcome.html (gone)"),
        (lambda folder: (folder.path / "welcome.mailgrid").unlink(), "welcome.mailgrid (gone)"),
    ],
)
def test_a_changed_file_refuses_and_is_named(
    campaign: CampaignFolder, mailgrid: CommandLine, edit: Edit, name: str
) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    edit(campaign)
    ended = mailgrid("apply", "welcome.plan")
    assert ended.code == 4
    assert "error[MG621]" in ended.err
    assert f"changed since it was made: {name}\n" in ended.err
    assert not (campaign.path / "box").exists()
    told = mailgrid("show", "welcome.plan", "--json").json
    assert (told["state"], told["changed"]) == ("stale", [name])


def test_a_new_file_that_is_read_instead_refuses(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    rewrite("welcome.html", "'foot.html'", "'tail.html' ignore missing")(campaign)
    assert mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan").code == 0
    campaign.write("tail.html", "<p>other</p>")
    ended = mailgrid("apply", "welcome.plan")
    assert ended.code == 4
    assert "tail.html" in ended.err


def test_rows_may_come_go_and_change(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    rewrite("people.csv", "p00001@mail.example,Person 1\n", "new@mail.example,New\n")(campaign)
    rewrite("people.csv", "Person 2", "Second person")(campaign)
    strict = mailgrid("apply", "welcome.plan", "--strict")
    assert strict.code == 4
    assert "error[MG623]: other people match than when plan" in strict.err
    assert "Nothing to do." not in strict.out
    assert "1 came, 1 are gone" in strict.err
    assert not (campaign.path / "box").exists()
    ended = mailgrid("apply", "welcome.plan")
    assert ended.code == 0
    assert "      -1  not in the plan" in ended.out
    assert "1 of the plan are not found any more" in ended.out
    assert box(campaign) == [f"p0000{number}@mail.example" for number in (2, 3, 4, 5)]
    rest = mailgrid("apply", "welcome.mailgrid", "--json").json["campaigns"][0]
    assert (rest["to_send"], rest["sent"], rest["not_in_plan"], rest["gone"]) == (1, 1, 0, 0)


def test_strict_holds_for_rows_in_another_order(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    head, *rows = (campaign.path / "people.csv").read_text().splitlines()
    campaign.write("people.csv", "\n".join([head, *reversed(rows), ""]))
    assert mailgrid("apply", "welcome.plan", "--strict").code == 0
    assert len(box(campaign)) == 5


def test_strict_is_for_saved_plans(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("apply", "welcome.mailgrid", "--strict")
    assert (ended.code, "--strict is for saved plans" in ended.err) == (2, True)


def test_what_another_run_has_sent_counts_as_done(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    mailgrid("apply", "welcome.mailgrid")
    ended = mailgrid("apply", "welcome.plan")
    assert (ended.code, "Nothing to do." in ended.out) == (0, True)
    assert mailgrid("apply", "welcome.plan").code == 4
    assert len(box(campaign)) == 5


def test_the_moment_and_the_variables_are_those_of_the_plan(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"', 'edition "{{ today() }} {{ vars.code }}"')
    file.write_text('let code = "none"\n' + file.read_text())
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan", "--now", NOW, "--var", "code=SPRING")
    ended = mailgrid("apply", "welcome.plan")
    assert ended.code == 0
    assert ended.out.startswith("welcome 2026-05-04 SPRING  people.csv")
    assert "--var code=SPRING" in mailgrid("show", "welcome.plan").out
    for option in (("--now", NOW), ("--var", "code=x")):
        assert mailgrid("apply", "welcome.plan", *option).code == 2


def test_a_variable_in_place_of_a_secret_is_not_saved(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"')
    file.write_text('let code = secret("CODE")\n' + file.read_text())
    ended = mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan", "--var", "code=canary")
    assert ended.code == 2
    assert "keeps no secrets" in ended.err
    assert not (folder.path / "welcome.plan").exists()


def test_an_environment_that_means_another_server_refuses(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.people(1)
    folder.campaign('maildir env("BOX")')
    monkeypatch.setenv("BOX", "here/")
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    monkeypatch.setenv("BOX", "there/")
    ended = mailgrid("apply", "welcome.plan")
    assert ended.code == 4
    assert "the transport of `welcome` was `maildir here/` and is now `maildir there/`" in ended.err


def test_max_and_confirm_hold_for_a_plan(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    assert mailgrid("apply", "welcome.plan", "--max", "4").code == 4
    assert mailgrid("apply", "welcome.plan", "--confirm", "4").code == 4
    assert mailgrid("show", "welcome.plan", "--json").json["state"] == "fresh"
    assert mailgrid("apply", "welcome.plan", "--max", "5", "--confirm", "5").code == 0


def test_take_of_a_plan_is_its_own_and_take_of_apply_leaves_the_rest(
    campaign: CampaignFolder, mailgrid: CommandLine
) -> None:
    mailgrid("plan", "welcome.mailgrid", "--take", "3", "-o", "welcome.plan")
    assert mailgrid("apply", "welcome.plan", "--take", "1").code == 0
    assert mailgrid("show", "welcome.plan", "--json").json["state"] == "interrupted"
    assert mailgrid("apply", "welcome.plan", "--strict").code == 0
    assert box(campaign) == [f"p0000{number}@mail.example" for number in (1, 2, 3)]
    assert mailgrid("apply", "welcome.plan").code == 4


def test_several_campaigns_are_finished_one_by_one(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(2)
    file = folder.campaign('maildir "box/"')
    file.write_text(file.read_text() + file.read_text().replace("campaign welcome", "campaign other"))
    mailgrid("plan", "welcome.mailgrid", "--all", "-o", "both.plan")
    assert (folder.path / "both.plan.keys").stat().st_size == 4 * 8
    assert mailgrid("apply", "both.plan", "other").code == 0
    assert mailgrid("apply", "both.plan", "other").code == 4
    assert mailgrid("show", "both.plan", "--json").json["state"] == "interrupted"
    rest = mailgrid("apply", "both.plan", "--json").json["campaigns"]
    assert [(each["name"], each["sent"]) for each in rest] == [("welcome", 2)]
    assert mailgrid("apply", "both.plan").code == 4
    assert mailgrid("apply", "both.plan", "third").code == 2


def test_the_names_of_plans(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid", "-o", "welcome.toml")
    assert (ended.code, "call it welcome.plan" in ended.err) == (2, True)
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    assert mailgrid("plan", "welcome.plan").code == 2
    assert mailgrid("show", "other.plan").code == 2
    assert mailgrid("plan", "welcome.mailgrid", "-o", "no/welcome.plan").code == 2
    assert mailgrid("apply", "welcome.plan", "--dry-run").code == 0
    assert mailgrid("show", "welcome.plan", "--json").json["state"] == "fresh"


def test_a_plan_that_was_changed_by_hand_is_refused(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    mailgrid("apply", "welcome.plan")
    rewrite("welcome.plan", 'id = "', 'id = "0')(campaign)
    for command in ("apply", "show"):
        ended = mailgrid(command, "welcome.plan")
        assert ended.code == 2
        assert "error[MG622]: welcome.plan was changed after it was made" in ended.err
    Path("welcome.plan.keys").unlink()
    assert mailgrid("apply", "welcome.plan").code == 2


def test_a_plan_needs_no_confirmation_and_no_plan_says_so(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    addresses = folder.people(3)
    with SmtpServer() as server:
        folder.campaign(f'smtp {{\n host "{server.host}"\n port {server.port}\n }}')
        refused = mailgrid("apply", "welcome.mailgrid")
        assert refused.code == 4
        assert "or apply a saved plan: mailgrid plan welcome.mailgrid -o welcome.plan" in refused.err
        mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
        assert mailgrid("apply", "welcome.plan").code == 0
    assert sorted(recipients(server.messages)) == addresses


def test_a_plan_in_another_folder_is_applied_from_a_third(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    (campaign.path / "plans").mkdir()
    mailgrid("plan", "welcome.mailgrid", "-o", "plans/welcome.plan")
    (campaign.path / "elsewhere").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(campaign.path / "elsewhere")
        assert mailgrid("show", "../plans/welcome.plan", "--json").json["state"] == "fresh"
        ended = mailgrid("apply", "../plans/welcome.plan", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["campaigns"][0]["sent"] == 5
    assert len(box(campaign)) == 5
