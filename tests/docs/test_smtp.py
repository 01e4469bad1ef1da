import re
from pathlib import Path

import pytest
from mailgrid_plugins.transports.smtp.presets import presets
from mailgrid_plugins.transports.smtp.replies import Step
from mailgrid_plugins.transports.smtp.reply_rules import ReplyRules

from mailgrid.cli.run import run
from mailgrid.hookspecs import Reply, Scope, Status
from mailgrid.plugins import load
from tests.docs.pages import ROOT, Block, blocks, names, page, table

PAGE = ROOT / "docs" / "smtp.md"
BLOCKS = list(blocks(PAGE, "mailgrid"))
CAMPAIGN = """
campaign with_{name} {{
  source csv "people.csv"
  from "Ann <ann@acme.example>"
  subject "Hello"
  text "Hello"
  transport {name}
}}
"""


def test_each_option_has_its_row() -> None:
    told = {name for row in table("docs/smtp.md", "option") for name in names(row[0])}
    assert told == {option.name for option in load().transports["smtp"].options}


def test_each_preset_has_its_row_with_its_server() -> None:
    told = {name: row[1].strip("`") for row in table("docs/smtp.md", "preset") for name in names(row[0])}
    assert told.pop("ses-REGION").replace("REGION", "eu-west-1") == presets()["ses-eu-west-1"]["host"]
    assert told.pop("ses-eu-west-1")
    assert told == {name: each["host"] for name, each in presets().items() if not name.startswith("ses-")}
    assert f"{presets()['sendgrid']['reuse']:,} messages a connection" in page("docs/smtp.md")


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_each_transport_can_be_opened(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SMTP_USER", "SMTP_PASSWORD", "SMTP_TOKEN"):
        monkeypatch.setenv(name, "secret")
    (tmp_path / "people.csv").write_text("email\nann@mail.example\n")
    for other in blocks(PAGE):
        if other.file:
            (tmp_path / other.file).write_text(other.text)
    declared = re.findall(r"^transport (\w+) smtp", block.text, re.MULTILINE)
    assert declared
    (tmp_path / "all.mailgrid").write_text(block.text + "".join(CAMPAIGN.format(name=name) for name in declared))
    assert run(["check", "all.mailgrid"]) == 0, capsys.readouterr().err


def test_the_rules_for_replies_say_what_the_page_says(tmp_path: Path) -> None:
    (block,) = (block for block in blocks(PAGE, "toml") if block.file == "replies.toml")
    (tmp_path / "replies.toml").write_text(block.text)
    rules = ReplyRules(tmp_path / "replies.toml")
    meaning = rules(Step.RCPT, Reply(code=550, enhanced="5.7.1", text="held in Quarantine"))
    assert meaning is not None
    assert (meaning.status, meaning.scope, meaning.wait) == (Status.DEFERRED, Scope.RECIPIENT, 900)
    assert set(re.findall(r"\w+", block.text.split("#")[1].split(";")[0])) == {step.value for step in Step}
    told = {name for row in table("docs/smtp.md", "`about`") for name in names(row[0])}
    assert told == {scope.value for scope in Scope}
