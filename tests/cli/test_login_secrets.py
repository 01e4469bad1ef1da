"""Neither a password nor a token is shown, in whatever way a login fails."""

import ssl
import sys
from base64 import b64encode

import pytest
import trustme

from mailgrid.testing import Fault, SmtpServer, hang_up, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

SECRET = "s3cret-canary"
USER = "canary-mailer"


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


FORMS = (
    SECRET,
    base64(SECRET),
    base64(f"\0{USER}\0{SECRET}"),
    base64(f"user={USER}\1auth=Bearer {SECRET}\1\1"),
    base64(f"n,a={USER},\1auth=Bearer {SECRET}\1\1"),
)
#: A server that repeats whatever it may have been told.
ECHO = " ".join(FORMS)
LOGINS = {
    "PLAIN": 'password secret("SECRET")',
    "LOGIN": 'password secret("SECRET")',
    "SCRAM-SHA-256": 'password secret("SECRET")',
    "XOAUTH2": 'token secret("SECRET")',
    "OAUTHBEARER": f'token_command "{sys.executable} token.py"',
}
FAILURES = {
    "refused": (refuse("AUTH", f"535 5.7.8 no {ECHO}"),),
    "refused in many lines": (refuse("AUTH", f"535-5.7.8 no\r\n535-5.7.8 {ECHO}\r\n535 5.7.8 no"),),
    "later": (refuse("AUTH", f"454 4.7.0 {ECHO}", times=2),),
    "farewell": (refuse("AUTH", f"421 4.7.0 {ECHO}", times=2),),
    "hang up": (hang_up("AUTH", times=2),),
    "no reply": (refuse("AUTH", ECHO),),
    "challenge": (refuse("AUTH", f"334 {base64(ECHO)}"),),
    "too early": (refuse("AUTH", "235 2.7.0 welcome"),),
    "greeting": (refuse("connect", "554 5.7.1 go away"),),
    "MAIL": (refuse("MAIL", "530 5.7.0 authentication required"),),
    "wrong password": (),
}


@pytest.fixture
def login(folder: CampaignFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.people(2)
    folder.write("mailgrid.toml", 'trust = ["token_command"]')
    folder.write(
        "token.py", "import os, sys\nprint(os.environ['SECRET'])\nprint(os.environ['SECRET'], file=sys.stderr)"
    )
    monkeypatch.setenv("SECRET", SECRET)


def run(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer, options: str) -> str:
    """Do all that can be done, and return all that is shown or kept."""
    folder.campaign(f'smtp {{\n host "127.0.0.1"\n port {server.port}\n user "{USER}"\n {options}\n }}', "retry for 1s")
    shown = [
        mailgrid(*words.split())
        for words in (
            "check welcome.mailgrid --json",
            "plan welcome.mailgrid --json -v",
            "plan welcome.mailgrid --save welcome.plan",
            "apply welcome.mailgrid --yes --debug --verbose --events events.jsonl",
            "apply welcome.mailgrid --yes --json --debug",
            "log --json",
            "status --json",
            "why p00001@mail.example",
        )
    ]
    assert shown[3].code in {0, 1, 5}, shown[3].err
    kept = [path.read_bytes() for path in folder.path.rglob("*") if path.is_file()]
    return "".join(ended.out + ended.err for ended in shown) + b"\n".join(kept).decode("utf-8", "replace")


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("mechanism", LOGINS)
@pytest.mark.parametrize("failure", FAILURES)
def test_e6_whatever_fails(folder: CampaignFolder, mailgrid: CommandLine, failure: str, mechanism: str) -> None:
    faults: tuple[Fault, ...] = FAILURES[failure]
    users = {USER: "another" if failure == "wrong password" else SECRET}
    with SmtpServer(*faults, users=users, mechanisms=[mechanism]) as server:
        seen = run(folder, mailgrid, server, f"tls off\n {LOGINS[mechanism]}")
        assert server.connections
    assert not [form for form in FORMS if form in seen]


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("mechanism", LOGINS)
def test_a_stripped_starttls_gets_no_octet_of_it(folder: CampaignFolder, mailgrid: CommandLine, mechanism: str) -> None:
    with SmtpServer(users={USER: SECRET}, mechanisms=[mechanism]) as server:
        seen = run(folder, mailgrid, server, f"tls starttls\n {LOGINS[mechanism]}")
        assert {command.split()[0].upper() for command in server.commands} == {"EHLO"}
    assert "offers no STARTTLS" in seen
    assert not [form for form in FORMS if form in seen]


@pytest.mark.usefixtures("login")
def test_a_certificate_that_is_not_trusted(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(certificates)
    with SmtpServer(users={USER: SECRET}, tls=certificates) as server:
        seen = run(folder, mailgrid, server, 'tls starttls\n password secret("SECRET")')
        assert {command.split()[0].upper() for command in server.commands} == {"EHLO", "STARTTLS"}
    assert "the certificate is not trusted" in seen
    assert not [form for form in FORMS if form in seen]
