"""A campaign that was renamed: whoever got it under an old name is not written to again."""

import mailbox
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import MailgridError, Refused
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result
from mailgrid.library.checking import check
from mailgrid.library.fixing import Fixer
from mailgrid.library.settings import Settings
from mailgrid.pipeline.gather import Again
from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder

MAILDIR = 'maildir "box/"'


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.people(6)
    return folder


def messages(folder: CampaignFolder) -> list[str]:
    box = mailbox.Maildir(folder.path / "box", create=False)
    return sorted(str(message["To"]) for message in box)


def rename(file: Path, old: str, new: str, *former: str) -> None:
    lines = "".join(f"\n  formerly {name}" for name in former)
    file.write_text(file.read_text().replace(f"campaign {old} {{", f"campaign {new} {{{lines}"))


def put(
    folder: CampaignFolder, states: Sequence[tuple[str, State]], name: str = "old", *, gave_up: bool = False
) -> None:
    """Write a ledger of rehearsals by hand; `SENDING` is what a crash leaves."""
    identity = Identity(name, "", "address", "welcome.mailgrid")
    with closing(Folder(folder.path / ".mailgrid", folder.path).store(identity, rehearsal=True, write=True)) as store:
        for key, state in states:
            store.write([Intent(key, key, "<1@x>", 1, 1000.0)], ())
            if state is not State.SENDING:
                due = 1.0 if state is State.DEFERRED else None
                store.write((), [Result(key, state, 0, "", "", 1001.0, 1.0, due=due, gave_up=gave_up)])


def test_nobody_gets_it_twice(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file, take=4)
    rename(file, "welcome", "greeting", "welcome")
    (forecast,) = mailgrid.plan(file)
    assert (forecast.tally.standings["already sent"], forecast.tally.to_send) == (4, 2)
    (report,) = mailgrid.apply(file).campaigns
    assert (report.sent, report.already_sent) == (2, 4)
    assert len(set(messages(folder))) == len(messages(folder)) == 6
    assert mailgrid.apply(file).campaigns[0].to_send == 0


def test_names_of_old(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file, take=2)
    rename(file, "welcome", "greeting", "welcome")
    mailgrid.apply(file, take=2)
    rename(file, "greeting", "hello", "greeting")
    mailgrid.apply(file)
    assert len(set(messages(folder))) == len(messages(folder)) == 6


def test_a_name_that_was_never_sent_changes_nothing(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "formerly never")
    mailgrid.apply(file)
    assert len(messages(folder)) == 6
    assert not list((folder.path / ".mailgrid").glob("never*"))


@pytest.mark.parametrize(
    "state, gave_up, standing",
    [
        (State.SENT, False, "already sent"),
        (State.FAILED, False, "rejected for good"),
        (State.FAILED, True, "pending"),
        (State.IN_DOUBT, False, "in doubt"),
        (State.SENDING, False, "in doubt"),
        (State.DEFERRED, False, "pending"),
    ],
)
def test_what_the_old_name_knows(folder: CampaignFolder, state: State, gave_up: bool, standing: str) -> None:
    (folder.path / "people.csv").write_text("email,first_name\nann@mail.example,Ann\n")
    put(folder, [("ann@mail.example", state)], gave_up=gave_up)
    (forecast,) = mailgrid.plan(folder.campaign(MAILDIR, "formerly old"))
    assert dict(forecast.tally.standings) == {standing: 1}


def test_who_is_sent_under_one_name_and_refused_under_another_is_sent(folder: CampaignFolder) -> None:
    (folder.path / "people.csv").write_text("email,first_name\nann@mail.example,Ann\n")
    put(folder, [("ann@mail.example", State.SENT)], "oldest")
    put(folder, [("ann@mail.example", State.FAILED)], "old")
    (forecast,) = mailgrid.plan(folder.campaign(MAILDIR, "formerly oldest", "formerly old"))
    assert dict(forecast.tally.standings) == {"already sent": 1}


def test_a_doubt_of_the_old_name_is_settled_under_the_new_one(folder: CampaignFolder) -> None:
    (folder.path / "people.csv").write_text("email,first_name\nann@mail.example,Ann\n")
    put(folder, [("ann@mail.example", State.SENDING)])
    file = folder.campaign(MAILDIR, "formerly old")
    assert mailgrid.apply(file, again=Again(in_doubt=True)).campaigns[0].sent == 1
    assert mailgrid.plan(file)[0].tally.standings == {"already sent": 1}


def test_other_keys_are_refused(folder: CampaignFolder) -> None:
    put(folder, [("p00001@mail.example", State.SENT)])
    with pytest.raises(MailgridError) as caught:
        mailgrid.plan(folder.campaign(MAILDIR, "formerly old", "key first_name"))
    assert caught.value.code == "MG607"


def test_an_old_run_that_goes_on_holds_the_lock(folder: CampaignFolder) -> None:
    put(folder, [("p00001@mail.example", State.SENT)])
    file = folder.campaign(MAILDIR, "formerly old")
    lock = Folder(folder.path / ".mailgrid", folder.path).lock("old", rehearsal=True)
    with lock, pytest.raises(Refused) as caught:
        mailgrid.apply(file)
    assert caught.value.code == "MG606"
    assert not (folder.path / "box").exists()


def test_an_old_ledger_on_another_machine_is_missed(folder: CampaignFolder) -> None:
    with SmtpServer() as server:
        file = folder.campaign(f'smtp {{\n host "{server.host}"\n port {server.port}\n }}')
        mailgrid.apply(file, take=3)
        rename(file, "welcome", "greeting", "welcome")
        shutil.rmtree(folder.path / ".mailgrid")
        with pytest.raises(Refused) as caught:
            mailgrid.apply(file)
    assert caught.value.code == "MG609"
    assert len(server.messages) == 3


# ---- renamed without a word ------------------------------------------------------------------------------------


def warnings(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [each.message for each in diagnostics if each.code == "W606"]


def test_plan_says_how_many_got_it_and_check_that_there_was_one(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file, take=4)
    rename(file, "welcome", "greeting")
    (said,) = warnings(mailgrid.plan(file)[0].plan.warnings)
    assert said.startswith("`greeting` is new, and 4 of its 6 people got `welcome` on ")
    assert warnings(check(file, Settings()).diagnostics) == [
        "`greeting` is new, and `welcome`, which is not in this file any more, went to 4 people"
    ]


def test_the_fix_takes_the_old_ledger_over(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file, take=4)
    rename(file, "welcome", "greeting")
    fixer = Fixer(Settings())
    assert warnings(fixer(file).diagnostics) == []
    (change,) = fixer.changes
    change.write()
    assert "campaign greeting {\n  formerly welcome\n  source" in file.read_text()
    assert mailgrid.plan(file)[0].tally.to_send == 2


@pytest.mark.parametrize("before", ["campaign greeting { source", "campaign greeting { # a note\n source"])
def test_the_fix_fits_where_it_is_put(folder: CampaignFolder, before: str) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file)
    file.write_text(file.read_text().replace("campaign welcome {\n  source", before))
    fixer = Fixer(Settings())
    assert [each.code for each in fixer(file).diagnostics] == []
    assert len(fixer.changes) == 1


def test_a_later_name_comes_behind_the_earlier_one(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "formerly oldest")
    mailgrid.apply(file)
    rename(file, "welcome", "greeting")
    fixer = Fixer(Settings())
    fixer(file)
    (change,) = fixer.changes
    assert "formerly oldest\n  formerly welcome\n" in change.content


@pytest.mark.parametrize("what", ["still there", "few people", "sent itself", "another edition", "another file"])
def test_there_is_no_warning_where_nothing_looks_renamed(folder: CampaignFolder, what: str) -> None:
    file = folder.campaign(MAILDIR)
    mailgrid.apply(file, take=2 if what == "few people" else 6)
    content = file.read_text()
    rename(file, "welcome", "greeting")
    match what:
        case "still there":
            file.write_text(content + file.read_text())
        case "sent itself":
            mailgrid.apply(file, take=1)
        case "another edition":
            file.write_text(file.read_text().replace("  from", '  edition "2"\n  from'))
        case "another file":
            file = file.rename(folder.path / "other.mailgrid")
    (forecast, *_) = mailgrid.plan(file, "greeting")
    assert warnings(forecast.plan.warnings) == []


def test_what_was_sent_under_an_old_name_counts_for_the_quota(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "quota 4/day")
    assert mailgrid.apply(file, take=3).campaigns[0].sent == 3
    rename(file, "welcome", "greeting", "welcome")
    report = mailgrid.apply(file, wait=False)
    assert (report.campaigns[0].sent, report.exit_code) == (1, 1)
    assert len(messages(folder)) == 4


def test_a_new_name_opens_no_new_burst(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "rate 2/s burst 3")
    begin = time.monotonic()
    mailgrid.apply(file, take=3)
    rename(file, "welcome", "greeting", "welcome")
    mailgrid.apply(file, take=2)
    assert time.monotonic() - begin > 0.99  # all came at once, if it were a campaign of its own
