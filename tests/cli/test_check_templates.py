"""An unknown name in a template is shown where it is written, in the campaign file or in the template's own."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

# A setting, the marked name, and the line and column of the mark; each in line 7.
INLINE = [
    ('subject "{{ fist_name }}"', "7:15"),
    ('subject "fist_name {{ fist_name | upper }}"', "7:25"),
    (r'subject "a\n\u{41}{{ fist_name }}"', "7:24"),
    ("subject '{{ fist_name }}'", "7:15"),
    ('cc "{{ email }}"\n  cc "{{ fist_name }}"', "8:10"),
    ('header "X-A" "{% if fist_name %}x{% endif %}"', "7:23"),
    ('reply_to "{{ fist_name }} <a@acme.com>"', "7:16"),
    ('to "{{ fist_name }} <{{ email }}>"', "7:10"),
    ('text """\n    fist_name\n      {{ email }} {{ fist_name }}\n    """', "9:22"),
    ('html "{% for x in fist_name %}{{ x }}{% endfor %}"', "7:21"),
    ('text "{{ email | default(fist_name) }}"', "7:28"),
    ("text \"{{ row['fist_name'] }}\"", "7:17"),
]
FINE = [
    'text "{% for x in first_name %}{{ x }} {{ loop.index }}{% endfor %}"',
    'text "{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ m(email) }}"',
    'text "{% set x = 1 %}{{ x }}{% with y = x %}{{ y }}{% endwith %}"',
    'text "{% if email %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}"',
    'text "{{ vars }}{{ row.email }}{{ recipient.address }}{{ campaign.name }}{{ now.year }}{{ range(3) | join }}"',
    "text \"{# fist_name #}{% raw %}{{ fist_name }}{% endraw %}{{ 'fist_name' }}\"",
]


def base(setting: str) -> tuple[str, ...]:
    subject = 'subject "x"'
    kept = {"subject": 'text "x"', "text": subject, "html": subject, "template": subject}.get(
        setting.split(maxsplit=1)[0]
    )
    lines = ['source csv "people.csv"', 'from "a@acme.com"', 'transport maildir "box/"']
    return (*lines, *([kept] if kept else ['subject "x"', 'text "x"']))


def campaign(folder: CampaignFolder, setting: str) -> None:
    folder.people(1)
    lines = base(setting)
    padding = "\n" * (6 - 1 - len(lines))
    folder.write("welcome.mailgrid", "campaign welcome {\n  " + "\n  ".join(lines) + f"{padding}\n  {setting}\n}}\n")


@pytest.mark.parametrize(("setting", "place"), INLINE)
def test_in_a_text_of_the_campaign_file(
    folder: CampaignFolder, mailgrid: CommandLine, setting: str, place: str
) -> None:
    campaign(folder, setting)
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert f"--> welcome.mailgrid:{place}\n" in ended.err
    assert "uses `{{ fist_name }}`; people.csv has no such column" in ended.err
    assert "did you mean `first_name`?" in ended.err
    assert mailgrid("check", "--fix", "welcome.mailgrid").code == 0


@pytest.mark.parametrize("setting", FINE)
def test_names_of_the_template_s_own_are_no_columns(
    folder: CampaignFolder, mailgrid: CommandLine, setting: str
) -> None:
    campaign(folder, setting)
    assert mailgrid("check", "welcome.mailgrid").err == "no mistake in 1 file\n"


def test_in_a_file_of_its_own(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'template "a.html"')
    content = (folder.path / "welcome.mailgrid").read_text().replace('text "x"', "")
    folder.write("welcome.mailgrid", content)
    folder.write("a.html", "<p>fist_name</p>\n<b>{{ email }}, {{ fist_name }}</b>\n")
    ended = mailgrid("check", "welcome.mailgrid")
    assert "a.html:2 uses `{{ fist_name }}`; people.csv has no such column\n --> a.html:2:20\n" in ended.err
    assert "2 | <b>{{ email }}, {{ fist_name }}</b>\n  |                    ^^^^^^^^^\n" in ended.err
    assert "= note: used here: welcome.mailgrid:7:12\n" in ended.err


def test_in_a_file_that_a_template_includes(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'template "a.html"')
    content = (folder.path / "welcome.mailgrid").read_text().replace('text "x"', "")
    folder.write("welcome.mailgrid", content)
    folder.write("a.html", '{% include "b.html" %}')
    folder.write("b.html", "\n{{ fist_name }}")
    ended = mailgrid("check", "welcome.mailgrid")
    assert "b.html:2 uses `{{ fist_name }}`; people.csv has no such column\n --> welcome.mailgrid:7:12\n" in ended.err


@pytest.mark.parametrize(
    ("setting", "place", "line"),
    [
        (
            'text """\n    {{ email }}\n    {% if email %}{{ email | uper }}\n    """',
            "9:5",
            "{% if email %}{{ email | uper }}",
        ),
        ('text "{% if email %}"', "7:8", 'text "{% if email %}"'),
        ('text "{{ email | uper }}"', "7:20", 'text "{{ email | uper }}"'),
        ('text "{% if email %}{{ email | uper }}{% endif %}"', "7:34", "uper"),
        ('text "{{ email }} {% if email is evn %}{% endif %}"', "7:36", "is evn"),
    ],
)
def test_a_template_that_cannot_be_read_shows_its_line(
    folder: CampaignFolder, mailgrid: CommandLine, setting: str, place: str, line: str
) -> None:
    campaign(folder, setting)
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.err.startswith("error[MG503]: ")
    assert f"--> welcome.mailgrid:{place}\n" in ended.err
    assert line in ended.err


def test_a_file_that_cannot_be_read_shows_its_line(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'template "a.html"')
    content = (folder.path / "welcome.mailgrid").read_text().replace('text "x"', "")
    folder.write("welcome.mailgrid", content)
    folder.write("a.html", "<p>\n  {{ email | uper }}\n</p>\n")
    ended = mailgrid("check", "welcome.mailgrid")
    assert " --> a.html:2:14\n" in ended.err
    assert "2 |   {{ email | uper }}\n  |              ^^^^\n" in ended.err
    assert "  = help: did you mean `upper`?\n" in ended.err
    assert "= note: used here: welcome.mailgrid:7:12\n" in ended.err


def test_a_folder_in_a_templates_place_is_not_missing(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'template "a.html"')
    content = (folder.path / "welcome.mailgrid").read_text().replace('text "x"', "")
    folder.write("welcome.mailgrid", content)
    (folder.path / "a.html").mkdir()
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.err.startswith("error[MG503]: `a.html` cannot be read: is a directory\n")


def test_an_empty_source_is_named(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'text "x"')
    folder.write("people.csv", "")
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.err.startswith("error[MG403]: people.csv: is empty\n")


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ('text "{{ now }} {{ row.token }}"', ""),
        ('text "{{ token }}"', "7:12"),
        ("text '{{ row[\"token\"] }} {{ campaign.name }}'", ""),
        ('text "{{ campaign }}"', "7:12"),
        ('text "{% set token = email %}{{ token }}{% for range in range(2) %}{% endfor %}"', ""),
        ('header "X-A" "{{ email }} {{ token }}"', "7:32"),
    ],
)
def test_a_name_of_ours_that_a_column_has_too_is_told(
    folder: CampaignFolder, mailgrid: CommandLine, setting: str, place: str
) -> None:
    campaign(folder, setting)
    folder.write("people.csv", "email,first_name,token,campaign,range\na@mail.example,Ann,t,c,r\n")
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 0
    assert (f" --> welcome.mailgrid:{place}\n" in ended.err) == ("warning[W520]" in ended.err) == bool(place)


def test_a_name_of_ours_in_a_template_s_file_is_told_there(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign(folder, 'template "a.html"')
    folder.write("welcome.mailgrid", (folder.path / "welcome.mailgrid").read_text().replace('text "x"', ""))
    folder.write("people.csv", "email,token\na@mail.example,t\n")
    folder.write("a.html", "<p>\n{{ token }}")
    ended = mailgrid("check", "welcome.mailgrid")
    assert "warning[W520]: `{{ token }}` is a name of ours, not the column `token` of people.csv\n" in ended.err
    assert " --> a.html:2:4\n" in ended.err


@pytest.mark.parametrize(
    ("setting", "is_empty"),
    [
        ('text ""', True),
        ('text " {# later #} "', True),
        ('html "<html><body><br></body></html>"', True),
        ('html "<img src=x>"', False),
        ('text "{{ first_name }}"', False),
        ('subject ""', True),
        ('preheader " "\n  html "<p>x</p>"', True),
    ],
)
def test_an_empty_text_is_told(folder: CampaignFolder, mailgrid: CommandLine, setting: str, is_empty: bool) -> None:
    campaign(folder, setting)
    if "html" in setting:
        folder.write("welcome.mailgrid", (folder.path / "welcome.mailgrid").read_text().replace('text "x"', ""))
    ended = mailgrid("check", "welcome.mailgrid")
    assert (ended.code, ended.err.count("warning[W521]")) == (0, int(is_empty))


@pytest.mark.parametrize("tag", ['{% include "none.html" %}', '{% extends "none.html" %}'])
def test_a_file_that_a_template_needs_is_missed_where_the_template_names_it(
    folder: CampaignFolder, mailgrid: CommandLine, tag: str
) -> None:
    folder.write("welcome.html", f"<p>Hi</p>\n{tag}")
    campaign(folder, 'template "welcome.html"')
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert "[MG502]: template not found: none.html\n --> welcome.html:2:1\n" in ended.err
    assert "used here: welcome.mailgrid:7:12" in ended.err


def test_a_file_that_a_text_needs_is_missed_in_the_line_of_the_campaign(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    campaign(folder, 'text """\n    Hi\n    {% include "none.txt" %}\n    """')
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert "[MG502]: template not found: none.txt\n --> welcome.mailgrid:9:5\n" in ended.err
