"""What a campaign file from a stranger, or the list that comes with it, may try; each by its number in a test's name.

E4 leaves the project, E5 asks the inside of the network, E6 shows a secret, E8 is a formula (in
tests/plugins/observers/report/test_rows.py), E9 fills the memory, E12 is an installed plugin that nobody asked for,
E13 runs a program, E16 is SQL inside a value.
"""

import gzip
import io
import sqlite3
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mailgrid.hookspecs import ObserverKind, SourceKind, TransportKind
from mailgrid.plugins import load
from tests.cli.command_line import CommandLine
from tests.docs.distribution import installed
from tests.end_to_end.campaign_folder import CampaignFolder, Ended
from tests.plugins.web.web_server import Page, WebServer, web_server

CANARY = "s3cret-c4nary"
COMMANDS = ("check", "plan", "apply --yes", "rows", "columns", "preview", "apply --yes --json", "--debug plan")


def campaign(folder: CampaignFolder, source: str, *settings: str, first: str = "") -> None:
    lines = [
        "campaign welcome {",
        f"  source {source}",
        '  from "Acme <hello@acme.example>"',
        '  subject "Hello"',
        *([] if any(each.startswith(("html", "text", "template")) for each in settings) else ['  text "Hello"']),
        *([] if any(each.startswith("transport") for each in settings) else ['  transport maildir "box/"']),
        *(f"  {each}" for each in settings),
        "}",
    ]
    folder.write("welcome.mailgrid", "\n".join([*([first] if first else []), *lines, ""]))


def refused(folder: CampaignFolder, ended: Ended) -> str:
    """What is one error that names its place, and nothing was sent."""
    said = ended.err + ended.out
    assert ended.code == 2, said
    assert said.count("error[") == 1, said
    assert " --> welcome.mailgrid:" in said
    assert "Traceback" not in said
    assert not (folder.path / "box").exists()
    return said


# ---- E4 --------------------------------------------------------------------------------------------------------------

OUTSIDE = ["../outside.txt", "/etc/passwd", "/proc/self/environ", "link.txt", "down/../../outside.txt"]
PLACES = {
    "source": ('csv "{}"', (), ""),
    "template": ('csv "people.csv"', ('template "{}.html"',), ""),
    "attachment": ('csv "people.csv"', ('attach "{}"',), ""),
    "suppressed": ('csv "people.csv"', ('suppress csv "{}"',), ""),
    "transport": ('csv "people.csv"', ('transport mbox "{}"',), ""),
    "observer": ('csv "people.csv"', (), 'observe log "{}"'),
    "report": ('csv "people.csv"', (), 'observe report "{}"'),
}


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("place", PLACES)
def test_e4_no_path_leaves_the_project(tmp_path: Path, folder: CampaignFolder, mailgrid: CommandLine, place: str,
                                       path: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "outside.txt").write_text(f"email\n{CANARY}@x.example\n")
    inside = CampaignFolder(tmp_path / "project")
    inside.people(1)
    for name in ("link.txt", "link.txt.html"):
        (inside.path / name).symlink_to("../outside.txt")
    monkeypatch.chdir(inside.path)
    source, settings, first = PLACES[place]
    campaign(inside, source.format(path), *(each.format(path) for each in settings), first=first.format(path))
    said = refused(inside, mailgrid("apply", "welcome.mailgrid"))
    assert "lies outside the project" in said
    assert CANARY not in said


# ---- E5 --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with web_server(tmp_path_factory.mktemp("web")) as server:
        yield server


def asking(folder: CampaignFolder, server: WebServer, path: str, *options: str, allow: str = "localhost") -> None:
    folder.write("mailgrid.toml", f'trust = ["http"]\nallow_hosts = ["{allow}"]\n')
    folder.write("ca.pem", server.ca.read_text())
    block = "\n".join(('ca "ca.pem"', *options))
    campaign(folder, f'http "{server.url(path)}" {{\n{block}\n}}')


@pytest.mark.parametrize(
    "place", ["https://169.254.169.254/latest/meta-data", "https://[::ffff:169.254.169.254]/", "https://10.0.0.7/"]
)
def test_e5_a_redirect_into_the_network_is_not_followed(
    folder: CampaignFolder, mailgrid: CommandLine, server: WebServer, place: str
) -> None:
    server.pages["/list"] = Page(status=302, headers={"Location": place})
    asking(folder, server, "/list")
    said = refused(folder, mailgrid("apply", "welcome.mailgrid"))
    assert f"it redirects to {place}: " in said
    assert "which is not public" in said
    assert "source http" in said


def test_e5_what_mailgrid_toml_does_not_allow_is_not_asked(
    folder: CampaignFolder, mailgrid: CommandLine, server: WebServer
) -> None:
    asking(folder, server, "/list", allow="other.example")
    assert 'allow_hosts = ["localhost"]' in refused(folder, mailgrid("apply", "welcome.mailgrid"))
    assert not server.asked


# ---- E6 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("kind", ["http", "sql"])
def test_e6_no_command_shows_a_secret(
    folder: CampaignFolder, mailgrid: CommandLine, server: WebServer, words: str, kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CANARY", CANARY)
    asking(folder, server, "/gone", 'token secret("CANARY")')
    if kind == "sql":
        block = 'query "SELECT 1"\npassword secret("CANARY")\ntimeout 1s'
        campaign(folder, f'sql "postgresql://ann:{CANARY}@127.0.0.1:1/people" {{\n{block}\n}}')
    ended = mailgrid(*words.split(), "welcome.mailgrid", "--trust", kind)
    assert ended.code == 2
    assert CANARY not in ended.out + ended.err
    told = [file.read_bytes() for file in folder.path.rglob("*") if file.is_file() and file.suffix != ".mailgrid"]
    assert not any(CANARY.encode() in content for content in told)


# ---- E9 --------------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<row><c><v>1</v></c></row>" * 1_000_000)
    return stream.getvalue()


def test_e9_a_workbook_that_fills_the_memory(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "people.xlsx").write_bytes(bomb())
    campaign(folder, 'xlsx "people.xlsx"')
    assert "becomes far larger than it is" in refused(folder, mailgrid("apply", "welcome.mailgrid"))


def test_e9_a_line_that_fills_the_memory(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    for name, driver in (("people.csv.gz", "csv"), ("people.jsonl.gz", "jsonl")):
        (folder.path / name).write_bytes(gzip.compress(b"a" * 300_000_000, 1))
        campaign(folder, f'{driver} "{name}"')
        assert "people." in refused(folder, mailgrid("apply", "welcome.mailgrid"))


# ---- E12 -------------------------------------------------------------------------------------------------------------

PROJECT = """\
[project]
name = "evil-plugin"
version = "1"

[project.entry-points.mailgrid]
evil = "evil_plugin"
"""


def test_e12_an_installed_plugin_that_nobody_named_is_not_imported(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    folder.write("evil_plugin.py", "open('ran', 'w').close()\nraise RuntimeError('boom')\n")
    folder.people(1)
    campaign(folder, 'csv "people.csv"')
    with installed(folder.path, PROJECT):
        for words in ("check", "plan", "rows", "columns", "preview", "--debug plan", "apply --yes"):
            assert mailgrid(*words.split(), "welcome.mailgrid").code == 0
        assert "evil" in mailgrid("plugins").out
        assert not (folder.path / "ran").exists()
        ended = mailgrid("plan", "welcome.mailgrid", "--plugin", "evil-plugin")
    assert (ended.code, ended.err.count("error")) == (2, 1)
    assert "the plugin `evil` of `evil-plugin` cannot be loaded: RuntimeError: boom" in ended.err


# ---- E13 -------------------------------------------------------------------------------------------------------------

REGISTRY = load()
KINDS: dict[str, Mapping[str, SourceKind | TransportKind | ObserverKind]] = {
    "source": REGISTRY.sources,
    "transport": REGISTRY.transports,
    "observe": REGISTRY.observers,
}
TRUSTED = [
    (what, kind.name, kind.name if kind.trust else option.name if option else "")
    for what, kinds in KINDS.items()
    for kind in kinds.values()
    for option in ([None] if kind.trust else [each for each in kind.options if each.trust])
]
#: What each needs besides.
NEEDED = {
    "sql": 'query "SELECT 1"',
    "webhook": 'secret secret("CANARY")',
    "exec": "format csv",
    "http": "format csv",
    "url": 'url "https://x.example/"',
    "token_command": f'token_command "{sys.executable} -c 1"\nuser "ann"',
}


def test_e13_these_reach_outside() -> None:
    assert {name for _, _, name in TRUSTED} == {"command", "exec", "http", "sql", "token_command", "url", "webhook"}


@pytest.mark.parametrize("words", ["check", "plan", "apply --yes"])
@pytest.mark.parametrize(("what", "driver", "name"), TRUSTED, ids=str)
def test_e13_nothing_reaches_outside_unless_it_is_trusted(
    folder: CampaignFolder, mailgrid: CommandLine, what: str, driver: str, name: str, words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CANARY", CANARY)
    folder.people(1)
    location = {"url": "", "token_command": ""}.get(name, f' "touch {folder.path}/ran"')
    statement = f"{driver}{location} {{\n{NEEDED.get(name, '')}\n}}" if name in NEEDED else f"{driver}{location}"
    if what == "source":
        campaign(folder, statement)
    elif what == "transport":
        campaign(folder, 'csv "people.csv"', f"transport {statement}")
    else:
        campaign(folder, 'csv "people.csv"', first=f"observe {statement}")
    said = refused(folder, mailgrid(*words.split(), "welcome.mailgrid"))
    assert f"error[MG624]: `{name}` reaches outside" in said
    assert f"--trust {name}" in said
    assert not (folder.path / "ran").exists()


# ---- E16 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["'; DROP TABLE people; --", "' OR '1'='1", "x' UNION SELECT 1,2 --", "\\\\", "%", "FR"]
)
def test_e16_a_value_is_no_sql(folder: CampaignFolder, mailgrid: CommandLine, value: str) -> None:
    connection = sqlite3.connect(folder.path / "people.db")
    connection.execute("CREATE TABLE people (email text, country text)")
    connection.execute("INSERT INTO people VALUES ('ann@x.example', 'FR'), ('bob@x.example', 'DE')")
    connection.commit()
    query = 'query "SELECT * FROM people WHERE country >= :country"\n'
    campaign(
        folder, f'sql "sqlite:///people.db" {{\n{query}parameters "country={value}"\n}}', f'where country = "{value}"'
    )
    ended = mailgrid("plan", "welcome.mailgrid", "--trust", "sql", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["to_send"] == (1 if value == "FR" else 0)
    assert connection.execute("SELECT count(*) FROM people").fetchone() == (2,)
    connection.close()
