import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import MailgridError
from mailgrid.planning import plan_file
from mailgrid.planning.allowlist import AllowList
from mailgrid.planning.saved_plan import COUNTS, SavedCampaign, SavedPlan

SALT = bytes(range(16))
Change = Callable[[str], str]


def campaign(*keys: str, name: str = "welcome", **more: str) -> SavedCampaign:
    values = {"edition": "", "key": "address", "source": "users.csv", "transport": "smtp localhost:25", **more}
    counts = dict.fromkeys(COUNTS, 0) | {"rows": 9, "to_send": len(keys)}
    people = AllowList.of_keys(SALT, keys)
    return SavedCampaign(name=name, rehearsal=False, counts=counts, people=people, **values)


def saved(folder: Path, *campaigns: SavedCampaign, **more: object) -> SavedPlan:
    campaigns = campaigns or (campaign("ann@example.org", "bob@example.org"),)
    plan = SavedPlan(
        file=folder / "welcome.mailgrid",
        version="0.1.0",
        now=datetime(2026, 5, 4, 7, 0, tzinfo=UTC),
        salt=SALT,
        digest=sha256(b"".join(each.people.to_bytes() for each in campaigns)).hexdigest(),
        files={"welcome.mailgrid": "ab" * 32, "templates/a.html": "cd" * 32},
        campaigns=campaigns,
        variables={"code": '"SPRING"'},
        plugins=("mailgrid-odd",),
        take=None,
    )
    return replace(plan, **more)  # type: ignore[arg-type]  # whichever fields a test names


def written(folder: Path, change: Change = lambda text: text) -> Path:
    path = folder / "welcome.plan"
    plan_file.write(path, saved(folder))
    path.write_text(change(path.read_text()))
    return path


def test_a_plan_comes_back_as_it_was_written(tmp_path: Path) -> None:
    plan = saved(tmp_path, campaign("a", "b"), campaign("b", name="other"), campaign(name="nobody"), take=7)
    path = tmp_path / "welcome.plan"
    plan_file.write(path, plan)
    again = plan_file.read(path)
    assert again == replace(plan, file=again.file)
    assert again.file.resolve() == plan.file.resolve()
    assert again.id == plan.id
    assert [each.people.to_bytes() for each in again.campaigns] == [each.people.to_bytes() for each in plan.campaigns]


@given(st.sets(st.text(), max_size=20), st.text(), st.dictionaries(st.text(), st.text(), max_size=4))
def test_any_text_in_a_plan_survives(
    tmp_path_factory: pytest.TempPathFactory, keys: set[str], title: str, variables: dict[str, str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    plan = saved(folder, campaign(*keys, source=title, transport=title), variables=variables)
    plan_file.write(folder / "any.plan", plan)
    assert plan_file.read(folder / "any.plan").document() == plan.document()


def test_the_same_plan_has_the_same_bytes_and_another_one_another_id(tmp_path: Path) -> None:
    plan_file.write(tmp_path / "a.plan", saved(tmp_path))
    plan_file.write(tmp_path / "b.plan", saved(tmp_path))
    assert (tmp_path / "a.plan").read_bytes() == (tmp_path / "b.plan").read_bytes()
    later = saved(tmp_path, now=datetime(2026, 5, 4, 7, 1, tzinfo=UTC))
    assert later.id != saved(tmp_path).id != saved(tmp_path, campaign("ann@example.org")).id


def test_a_plan_may_stand_in_another_folder_and_is_the_same_plan(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    plan_file.write(tmp_path / "plans" / "welcome.plan", saved(tmp_path))
    again = plan_file.read(tmp_path / "plans" / "welcome.plan")
    assert again.file.resolve() == (tmp_path / "welcome.mailgrid").resolve()
    assert again.id == saved(tmp_path).id
    assert tomllib.loads((tmp_path / "plans" / "welcome.plan").read_text())["file"] == "../welcome.mailgrid"


def test_a_moment_of_another_zone_is_the_same_moment(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 4, 9, 0, tzinfo=timezone(timedelta(hours=2)))
    plan_file.write(tmp_path / "welcome.plan", saved(tmp_path, now=moment))
    assert plan_file.read(tmp_path / "welcome.plan").now == moment


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace("to_send = 2", "to_send = 1"), "does not belong"),
        (lambda text: text.replace("to_send = 2", "to_send = -2"), "below 0"),
        (lambda text: text.replace("to_send = 2", 'to_send = "2"'), "`to_send` is missing or no int"),
        (lambda text: text.replace("to_send = 2", "to_send = true"), "`to_send` is missing or no int"),
        (lambda text: text.replace("to_send = 2", f"to_send = {10**30}"), "does not belong"),
        (lambda text: text.replace("rows = 9", "rows = 8"), "changed after it was made"),
        (lambda text: text.replace("\nid = ", '\nid = "00000000" # '), "changed after it was made"),
        (lambda text: text.replace("\nid = ", "\nname = "), "`id` is missing"),
        (lambda text: text.replace("format = 1", "format = 2"), "another version"),
        (lambda text: text.replace("localhost", "elsewhere"), "changed after it was made"),
        (lambda text: text.replace("now = 2026", "now = 2027"), "changed after it was made"),
        (lambda text: text.replace("now = 2026-", "now = 1 # "), "`now` is missing or no datetime"),
        (lambda text: text.replace(SALT.hex(), "ff"), "changed after it was made"),
        (lambda text: text.replace(SALT.hex(), "no hex"), "makes no sense"),
        (lambda text: text.replace(SALT.hex(), "00" * 99), "makes no sense"),
        (lambda text: text.replace("[[campaigns]]", "[campaigns]"), "`campaigns` is missing or no list"),
        (lambda text: text.replace("[files]", "[files]\nx = 3"), "`x` is missing or no str"),
        (lambda _text: "campaigns = [3]\nsalt = ''\nkeys = ''", "`counts` is missing"),
        (lambda text: text[: len(text) // 2], "makes no sense"),
        (lambda _text: "[[[[", "makes no sense"),
        (lambda _text: "x = " + "[" * 5000, "makes no sense"),
        (lambda _text: "", "makes no sense"),
    ],
)
def test_what_was_changed_is_refused(tmp_path: Path, change: Change, reason: str) -> None:
    path = written(tmp_path, change)
    with pytest.raises(MailgridError, match=reason) as caught:
        plan_file.read(path)
    assert (caught.value.code, caught.value.exit_code) == ("MG622", 2)
    assert caught.value.hint


def test_keys_that_are_another_plan_s_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    octets = bytearray(plan_file.keys_file(path).read_bytes())
    octets[3] ^= 1
    plan_file.keys_file(path).write_bytes(octets)
    with pytest.raises(MailgridError, match=r"welcome\.plan\.keys does not belong to welcome\.plan"):
        plan_file.read(path)


def test_keys_that_are_not_there_are_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    plan_file.keys_file(path).unlink()
    with pytest.raises(MailgridError, match=r"welcome\.plan\.keys cannot be read"):
        plan_file.read(path)


def test_a_plan_that_is_not_there_or_no_text_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "welcome.plan"
    with pytest.raises(MailgridError, match="cannot be read"):
        plan_file.read(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MailgridError, match="makes no sense"):
        plan_file.read(path)


def test_a_folder_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(MailgridError, match="cannot be written") as caught:
        plan_file.write(tmp_path / "no" / "welcome.plan", saved(tmp_path))
    assert caught.value.code == "MG622"
