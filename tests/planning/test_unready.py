"""What this version cannot do is refused before anything is sent, each thing at its place; `check` takes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mailgrid.errors import CampaignError
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from mailgrid.library.verbs import apply, plan
from mailgrid.planning.unready import UNREADY

SETTINGS = Settings(environment={"DKIM_KEY": "x"})


def written(folder: Path, keyword: str) -> Path:
    """Write a campaign that asks for it."""
    (folder / "people.csv").write_text("email,id,plan\nann@example.org,1,team\n", encoding="utf-8")
    (folder / "unsubscribed.csv").write_text("address\nbob@example.org\n", encoding="utf-8")
    file = folder / "hello.mailgrid"
    file.write_text(
        f"""campaign hello {{
  source    csv "people.csv"
  from      "Ada <ada@acme.example>"
  subject   "Hello"
  text      "Hello."
  transport maildir "out"
  {keyword} "invoice.html"
}}
""",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize("verb", [plan, apply])
@pytest.mark.parametrize("keyword", UNREADY)
def test_it_is_refused_at_its_place(tmp_path: Path, keyword: str, verb: Callable[..., object]) -> None:
    file = written(tmp_path, keyword)
    with pytest.raises(CampaignError) as caught:
        verb(file, settings=SETTINGS)
    found = [each for each in caught.value.diagnostics if isinstance(each, Diagnostic)]
    assert [(each.code, each.span.source if each.span else "") for each in found] == [("MG617", '"invoice.html"')]
    assert f"`{keyword}`" in found[0].message
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("keyword", UNREADY)
def test_check_has_nothing_against_it(tmp_path: Path, keyword: str) -> None:
    assert [each.code for each in check(written(tmp_path, keyword), SETTINGS).diagnostics] == []
