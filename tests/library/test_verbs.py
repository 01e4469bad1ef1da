"""The Python library: `mailgrid.load`, `mailgrid.plan` and `mailgrid.apply`, with real files and real transports."""

import json
import mailbox
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import CampaignError, MailgridError, Refused, UsageError
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.running import Running
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport
from mailgrid.testing import SmtpServer, refuse
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp

MAILDIR = 'maildir "box/"'


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.people(3)
    return folder


def received(folder: CampaignFolder, name: str = "box") -> list[str]:
    box = mailbox.Maildir(folder.path / name, create=False)
    return sorted(str(message["To"]) for message in box)


def two_campaigns(folder: CampaignFolder) -> Path:
    file = folder.campaign(MAILDIR)
    content = file.read_text()
    file.write_text(content + content.replace("campaign welcome", "campaign other").replace("box/", "other/"))
    return file


def test_load_gives_the_campaigns_and_their_mistakes(folder: CampaignFolder) -> None:
    loaded = mailgrid.load(two_campaigns(folder))
    assert [campaign.name for campaign in loaded.choose(every=True)] == ["welcome", "other"]
    assert [campaign.name for campaign in loaded.choose(["other"])] == ["other"]
    for names in ([], ["nobody"]):
        with pytest.raises(UsageError):
            loaded.choose(names)
    with pytest.raises(CampaignError) as caught:
        mailgrid.load(folder.campaign(MAILDIR, "workerz 3", "rat 5/s"))
    assert len(caught.value.diagnostics) == 2


def test_a_plan_sends_nothing_and_writes_nothing(folder: CampaignFolder) -> None:
    before = {path.name for path in folder.path.iterdir()}
    file = folder.campaign(MAILDIR, 'where first_name != "Person 2"')
    (forecast,) = mailgrid.plan(file)
    assert (forecast.tally.rows, forecast.tally.matched, forecast.tally.to_send) == (3, 2, 2)
    assert forecast.trial is not None
    assert forecast.trial.examples[0] == ("p00001@mail.example", "Hello Person 1")
    assert {path.name for path in folder.path.iterdir()} == {*before, file.name}
    (without,) = mailgrid.plan(file, render=False)
    assert without.trial is None


def test_apply_sends_each_once_and_reports(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    first, second = mailgrid.apply(file), mailgrid.apply(str(file))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [report.campaigns[0].sent for report in (first, second)] == [3, 0]
    assert second.campaigns[0].already_sent == 3
    assert received(folder) == ["p00001@mail.example", "p00002@mail.example", "p00003@mail.example"]
    assert json.loads(json.dumps(first.as_json()))["campaigns"][0]["name"] == "welcome"


def test_the_sandbox_is_a_mail_server(folder: CampaignFolder) -> None:
    report = mailgrid.apply(folder.campaign('sandbox "outbox/"'))
    assert (report.exit_code, report.campaigns[0].sent) == (0, 3)
    assert any((folder.path / "outbox").iterdir())


def test_several_campaigns_in_the_files_order(folder: CampaignFolder) -> None:
    file = two_campaigns(folder)
    with pytest.raises(UsageError):
        mailgrid.apply(file)
    assert [each.name for each in mailgrid.apply(file, every=True).campaigns] == ["welcome", "other"]
    assert received(folder, "other") == received(folder)
    assert [each.plan.name for each in mailgrid.plan(file, "other")] == ["other"]


def test_a_few_at_a_time_and_never_more_than_the_maximum(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR)
    with pytest.raises(Refused, match="3 messages are more than") as caught:
        mailgrid.apply(file, maximum=2)
    assert caught.value.exit_code == 4
    assert not (folder.path / "box").exists()
    assert mailgrid.apply(file, take=2, maximum=2).campaigns[0].sent == 2
    assert mailgrid.apply(file, maximum=2).campaigns[0].sent == 1


def test_settings_come_from_outside(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "where first_name = who and signup is not empty")
    folder.write("people.csv", "email,first_name,signup\na@x.example,Ann,x\nb@x.example,Bob,x\n")
    file.write_text('let who = "Ann"\n' + file.read_text())
    now = datetime(2026, 5, 4, tzinfo=UTC)
    settings = mailgrid.Settings(variables={"who": "Bob"}, ledger=str(folder.path / "there"), now=now)
    (forecast,) = mailgrid.plan(file, settings=settings)
    assert forecast.plan.now == now
    assert mailgrid.apply(file, settings=settings).campaigns[0].sent == 1
    assert received(folder) == ["b@x.example"]
    assert (folder.path / "there").is_dir()


def test_the_environment_may_be_given(folder: CampaignFolder) -> None:
    with SmtpServer(users={"ada": "right"}) as server:
        options = 'tls off\n user env("SMTP_USER")\n password secret("SMTP_PASSWORD")\n }'
        file = folder.campaign(smtp(server).removesuffix("}") + options)
        environment = {"SMTP_USER": "ada", "SMTP_PASSWORD": "right"}
        with pytest.raises(MailgridError):
            mailgrid.apply(file, settings=mailgrid.Settings(environment={}))
        report = mailgrid.apply(file, settings=mailgrid.Settings(environment=environment))
    assert (report.campaigns[0].sent, len(server.messages)) == (3, 3)


def test_events_are_told_once_they_are_durable(folder: CampaignFolder) -> None:
    seen: list[tuple[str, str, str]] = []

    def note(campaign: str, event: Event) -> None:
        seen.append((campaign, event.person.recipient.address, event.status))

    mailgrid.apply(folder.campaign(MAILDIR), events=note)
    assert sorted(seen) == [("welcome", f"p0000{number}@mail.example", "sent") for number in (1, 2, 3)]


class Witness(Watcher):
    """Remembers what it is told, and may refuse."""

    def __init__(self, *, refuse: bool = False, interrupt: bool = False) -> None:
        self.told: list[str] = []
        self._refuse = refuse
        self._interrupt = interrupt

    def planned(self, forecasts: Sequence[Forecast]) -> None:
        self.told.append(f"planned {len(forecasts)}")

    def confirm(self, forecasts: Sequence[Forecast]) -> None:
        self.told.append("confirm")
        if self._refuse:
            raise Refused("no")

    def sending(self, executor: Running, plan: Plan) -> None:
        self.told.append(f"sending {plan.name}")
        if self._interrupt:
            executor.interrupt()

    def sent(self, report: CampaignReport) -> None:
        self.told.append(f"sent {report.name}")


def test_a_watcher_sees_everything_in_order(folder: CampaignFolder) -> None:
    witness = Witness()
    mailgrid.apply(two_campaigns(folder), every=True, watcher=witness)
    assert witness.told == ["planned 2", "confirm", "sending welcome", "sent welcome", "sending other", "sent other"]


def test_a_watcher_may_refuse(folder: CampaignFolder) -> None:
    witness = Witness(refuse=True)
    with SmtpServer() as server, pytest.raises(Refused, match="no"):
        mailgrid.apply(folder.campaign(smtp(server)), watcher=witness)
    assert witness.told == ["planned 1", "confirm"]
    assert not server.messages


def test_an_interruption_ends_all_and_the_next_run_goes_on(folder: CampaignFolder) -> None:
    file = folder.path / "welcome.mailgrid"
    two_campaigns(folder)
    file.write_text(file.read_text().replace("transport", "rate 1/s burst 1\n  transport"))
    stopped = mailgrid.apply(file, every=True, watcher=Witness(interrupt=True))
    assert stopped.exit_code == 130
    assert stopped.campaigns[1].sent == 0
    file.write_text(file.read_text().replace("rate 1/s burst 1", "rate 100/s"))
    assert mailgrid.apply(file, every=True).exit_code == 0
    assert len(received(folder)) == len(received(folder, "other")) == 3


def test_failures_are_in_the_report(folder: CampaignFolder) -> None:
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such user", to="p00002@mail.example")) as server:
        report = mailgrid.apply(folder.campaign(smtp(server)))
    assert (report.exit_code, report.campaigns[0].sent, report.campaigns[0].failed) == (1, 2, 1)
    assert list(report.campaigns[0].reasons.values()) == [1]
    assert sorted(recipients(server.messages)) == ["p00001@mail.example", "p00003@mail.example"]


def test_no_wait_leaves_the_deferred(folder: CampaignFolder) -> None:
    with SmtpServer(refuse("RCPT", "451 4.7.1 later", to="p00002@mail.example", times=1)) as server:
        file = folder.campaign(smtp(server), "retry for 1h backoff 1s max 1s jitter 0%")
        first = mailgrid.apply(file, wait=False)
        assert (first.exit_code, first.campaigns[0].deferred) == (1, 1)
        assert mailgrid.apply(file).campaigns[0].sent == 1


def test_importing_it_loads_nothing_heavy() -> None:
    script = "import sys, mailgrid; print(sorted({'lark', 'jinja2', 'rich', 'click', 'sqlite3'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "[]\n"


def test_every_name_that_it_promises_is_there() -> None:
    names: list[str] = vars(mailgrid)["__all__"]
    assert names == sorted(names, key=lambda name: (name[0].islower(), name))
    assert all(getattr(mailgrid, name) for name in names)
    assert not hasattr(mailgrid, "nothing_such")
