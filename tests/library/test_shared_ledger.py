"""A ledger in PostgreSQL under the whole program: several people, and several machines, share it."""

from contextlib import closing
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import Refused, UsageError
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.suppression import Suppressed
from mailgrid.library.forgetting import folders_of, forget
from mailgrid.library.settings import Settings
from mailgrid.report import CampaignReport
from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder, recipients
from tests.postgres import schema


def relay(server: SmtpServer, *settings: str) -> str:
    lines = ["[transport.ses]", 'driver = "smtp"', f'host = "{server.host}"', f"port = {server.port}", *settings, ""]
    return "\n".join(lines)


@pytest.fixture
def shared() -> Settings:
    return Settings(ledger=schema())


def machine(path: Path, server: SmtpServer, *settings: str, people: int = 4) -> Path:
    """Make the project as it is on one of the machines, and return its campaign file."""
    folder = CampaignFolder(path)
    folder.people(people)
    folder.write("mailgrid.toml", relay(server, *settings))
    return folder.campaign("ses", 'limit domain "mail.example" 1000/s')


def sent(file: Path, shared: Settings) -> CampaignReport:
    (campaign,) = mailgrid.apply(file, settings=shared, wait=False).campaigns
    return campaign


def test_what_one_machine_has_sent_no_other_sends_again(tmp_path: Path, shared: Settings) -> None:
    with SmtpServer() as server:
        one, other = (machine(tmp_path / name, server, "workers = 2") for name in ("one", "other"))
        assert sent(one, shared).sent == 4
        CampaignFolder(other.parent).people(6)
        assert sent(other, shared).sent == 2
        assert sorted(recipients(server.messages)) == [f"p{number:05}@mail.example" for number in range(1, 7)]
    assert not (tmp_path / "one" / ".mailgrid").exists()


def test_a_second_coordinator_is_refused_and_told_who_the_first_is(tmp_path: Path, shared: Settings) -> None:
    with SmtpServer() as server:
        file = machine(tmp_path, server)
        with (
            open_ledgers(shared.ledger, tmp_path).lock("welcome", edition=""),
            pytest.raises(Refused, match=r"another run of `welcome` holds the lock \(pid \d+ on .* since ") as caught,
        ):
            sent(file, shared)
        assert caught.value.code == "MG606"
        assert sent(file, shared).sent == 4


def test_a_quota_and_a_rate_hold_over_all_machines(tmp_path: Path, shared: Settings) -> None:
    limits = ('quota = "5/day"', 'rate = "100/s"')
    with SmtpServer() as server:
        first = machine(tmp_path / "one", server, *limits)
        assert sent(first, shared).sent == 4
        CampaignFolder(first.parent).people(8)
        other = CampaignFolder(tmp_path / "other")
        other.people(8)
        other.write("mailgrid.toml", relay(server, *limits))
        report = sent(other.campaign("ses", name="news"), shared)
        assert (report.sent, report.not_tried) == (1, 7)


def test_who_is_on_the_list_or_forgotten_gets_nothing_from_any_machine(tmp_path: Path, shared: Settings) -> None:
    with SmtpServer() as server:
        file = machine(tmp_path, server)
        ledgers = open_ledgers(shared.ledger, tmp_path)
        with closing(ledgers.suppression(write=True)) as listed:
            listed.add([Suppressed("p00001@mail.example")])
        assert sent(file, shared).sent == 3
        done = forget(folders_of(tmp_path, shared), "p00002@mail.example")
        assert (done.entries, done.ledgers) == (1, 1)
        report = sent(file, shared)
        assert (report.sent, report.suppressed) == (0, 1)
        assert len(recipients(server.messages)) == 3


def test_a_saved_plan_is_carried_out_once_wherever(tmp_path: Path, shared: Settings) -> None:
    with SmtpServer() as server:
        planned = mailgrid.plan(machine(tmp_path, server), settings=shared)
        assert mailgrid.apply(planned, settings=shared).campaigns[0].sent == 4
        with pytest.raises(Refused) as caught:
            mailgrid.apply(planned, settings=shared)
        assert caught.value.code == "MG604"


def test_tokens_want_a_key_that_all_machines_have(tmp_path: Path, shared: Settings) -> None:
    folder = CampaignFolder(tmp_path)
    folder.people(1)
    file = folder.campaign('maildir "box/"', 'header "X-Token" "{{ token }}"')
    with pytest.raises(UsageError, match="needs a key that all machines have") as caught:
        mailgrid.plan(file, settings=shared)
    assert (caught.value.code, "token_key" in caught.value.hint) == ("MG620", True)
    folder.write("mailgrid.toml", 'token_key = { secret = "KEY" }\n')
    settings = Settings(ledger=shared.ledger, environment={"KEY": "k" * 32})
    assert sent(file, settings).sent == 1
