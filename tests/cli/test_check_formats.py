"""What machines read of `check`: GitHub's commands, and SARIF 2.1.0 with the properties that its schema requires."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailgrid.cli.github import annotations
from mailgrid.cli.sarif import sarif_log
from mailgrid.language.diagnostics import Diagnostic, Edit, Note
from mailgrid.language.text import Span, Text
from mailgrid.library.checking import Checked
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

TEXT = Text("a folder/50%,a:b.mailgrid", "one\ntwo 😀 three\n")
TWO = Span(TEXT, 4, 7)
THREE = Span(TEXT, 10, 15)


def checked(*diagnostics: Diagnostic) -> Checked:
    return Checked(Path("welcome.mailgrid"), Path(), diagnostics)


@pytest.fixture
def result() -> Any:
    note = Note("first set here", TWO)
    found = Diagnostic("MG203", THREE, {"found": "x"}, notes=(note, Note("no place")), edit=Edit(THREE, "3"))
    return sarif_log([checked(found)])["runs"]


def test_github(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', "workerz 3", 'where first_name = "A" or email = "" and first_name = "B"')
    ended = mailgrid("check", "welcome.mailgrid", "--format", "github")
    assert (ended.code, ended.err) == (2, "")
    first, second = ended.out.splitlines()
    place = "file=welcome.mailgrid,line=7,col=3,endLine=7,endColumn=10"
    assert first == f"::error {place},title=MG201::unknown setting `workerz`%0Adid you mean `workers`?"
    assert second.startswith("::warning file=welcome.mailgrid,line=8,")


def test_github_escapes() -> None:
    (line,) = annotations(checked(Diagnostic("MG402", THREE, {"reason": "100%\r\n::error::"})))
    head, _, message = line.partition("title=MG402::")
    assert head == "::error file=a folder/50%25%2Ca%3Ab.mailgrid,line=2,col=7,endLine=2,endColumn=12,"
    assert message == "100%25%0D%0A::error::"


def test_github_without_a_place() -> None:
    (line,) = annotations(checked(Diagnostic("MG120", None, {"name": "x", "limit": 5})))
    assert line.startswith("::error file=welcome.mailgrid,title=MG120::x is too long")


def test_sarif_holds_what_the_schema_requires(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', "workerz 3", "workrs 2", 'where first_name == "A"')
    ended = mailgrid("check", "welcome.mailgrid", "--format", "sarif")
    assert (ended.code, ended.err) == (2, "")
    log = json.loads(ended.out)
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "mailgrid"
    assert [rule["id"] for rule in driver["rules"]] == ["MG104", "MG201"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["markdown"] for rule in driver["rules"])
    assert [found["ruleId"] for found in run["results"]] == ["MG201", "MG201", "MG104"]
    for found in run["results"]:
        assert driver["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
        assert (found["level"], bool(found["message"]["text"])) == ("error", True)
        place = found["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "welcome.mailgrid"}
        assert place["region"].keys() == {"startLine", "startColumn", "endLine", "endColumn"}


def test_sarif_counts_characters_and_names_places_as_uris(result: Any) -> None:
    (run,) = result
    (found,) = run["results"]
    place = found["locations"][0]["physicalLocation"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert place["artifactLocation"]["uri"] == "a%20folder/50%25%2Ca%3Ab.mailgrid"
    assert place["region"] == {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 12}


def test_sarif_offers_fixes_and_related_places(result: Any) -> None:
    (found,) = result[0]["results"]
    (fix,) = found["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert fix["description"]["text"]
    assert change["artifactLocation"] == found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert replacement["insertedContent"] == {"text": "3"}
    assert replacement["deletedRegion"] == found["locations"][0]["physicalLocation"]["region"]
    (related,) = found["relatedLocations"]
    assert related["message"] == {"text": "first set here"}
    assert related["physicalLocation"]["region"]["startColumn"] == 1


def test_sarif_without_a_place_names_the_file() -> None:
    log: Any = sarif_log([checked(Diagnostic("MG120", None, {"name": "x", "limit": 5}))])
    (found,) = log["runs"][0]["results"]
    assert found["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "welcome.mailgrid"}}}]


def test_nothing_to_say_is_an_empty_log(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"')
    assert json.loads(mailgrid("check", "welcome.mailgrid", "--format=sarif").out)["runs"][0]["results"] == []
    assert mailgrid("check", "welcome.mailgrid", "--format=github").out == ""
