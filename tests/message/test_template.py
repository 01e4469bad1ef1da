from pathlib import Path

import pytest

from mailgrid.errors import TemplateError
from mailgrid.message.reading import Use
from mailgrid.message.sandbox import Mode
from mailgrid.message.template import Engine

KNOWN = frozenset({"row", "vars", "recipient", "campaign", "now"})
RECORDS = {
    "row": None,
    "vars": frozenset({"brand"}),
    "recipient": frozenset({"address"}),
    "campaign": frozenset({"name"}),
}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(known=KNOWN, records=RECORDS, root=tmp_path)


def test_knows_which_columns_it_uses_and_where(engine: Engine) -> None:
    source = (
        "Dear {{ name }},\n"
        "{% if plan and row['First Name'] %}\n"
        "  {{ row.city }} {{ vars.brand }} {{ now }}\n"
        "{% endif %}"
    )
    template = engine.compile(source, "news.txt", Mode.TEXT, first_line=10)
    assert template.uses == (
        Use("First Name", "news.txt", 11, 21),
        Use("city", "news.txt", 12, 10),
        Use("name", "news.txt", 10, 9),
        Use("plan", "news.txt", 11, 7),
    )
    assert {"name", "plan", "First Name", "city"} <= template.names
    assert not template.whole


def test_names_of_its_own_are_no_columns(engine: Engine) -> None:
    source = "{% set total = price %}{% for tag in tags %}{{ tag }}{{ loop.index }}{% endfor %}{{ total }}"
    assert [use.name for use in engine.compile(source, "a", Mode.TEXT).uses] == ["price", "tags"]


@pytest.mark.parametrize("source", ["{{ row[name] }}", "{% for cell in row %}{% endfor %}", "{{ row|length }}"])
def test_a_row_used_as_a_whole_needs_every_column(engine: Engine, source: str) -> None:
    assert engine.compile(source, "a", Mode.TEXT).whole


def test_what_it_includes_belongs_to_it(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "foot.txt").write_text("--\n{{ city }}")
    (tmp_path / "base.txt").write_text("{{ title }} {% block body %}{% endblock %}")
    source = (
        "{% extends 'base.txt' %}{% block body %}{{ name }}"
        "{% include 'foot.txt' %}{% include 'x' ignore missing %}{% endblock %}"
    )
    template = engine.compile(source, "a", Mode.TEXT)
    assert [(use.name, use.template, use.line) for use in template.uses] == [
        ("name", "a", 1),
        ("city", "foot.txt", 2),
        ("title", "base.txt", 1),
    ]
    assert template({"title": "Hi", "name": "Fay", "city": "Lyon"}) == "Hi Fay--\nLyon"
    with pytest.raises(TemplateError) as caught:
        template({"title": "Hi", "name": "Fay"})
    assert (caught.value.template, caught.value.line) == ("foot.txt", 2)


def test_files_that_include_each_other_are_refused(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("{% include 'b.txt' %}")
    (tmp_path / "b.txt").write_text("{% include 'a.txt' %}")
    with pytest.raises(TemplateError, match="it includes itself"):
        engine.compile("{% include 'a.txt' %}", "main", Mode.TEXT)


@pytest.mark.parametrize(
    "source, line, reason",
    [
        ("\n{{ name", 2, "unexpected end of template"),
        ("\n\n{% if x %}", 3, "looking for"),
        ("{{ name|nonsense }}", 1, "no filter named 'nonsense'"),
        ("\n{{ vars.nobody }}", 2, "there is no `vars.nobody`"),
        ("{{ vars['nobody'] }}", 1, "there is no `vars.nobody`"),
        ("{{ recipient.name }}", 1, "there is no `recipient.name`"),
        ("{{ campaign.title }}", 1, "there is no `campaign.title`"),
        ("{% nonsense %}", 1, "unknown tag 'nonsense'"),
        ("{{ a b }}", 1, "expected token"),
        ("\n{% import 'x' as y %}", 2, "there is no `import`"),
        ("\n{% include name %}", 2, "the name of a file must be written out"),
    ],
)
def test_mistakes_have_a_place(engine: Engine, source: str, line: int, reason: str) -> None:
    with pytest.raises(TemplateError) as caught:
        engine.compile(source, "news.txt", Mode.TEXT, first_line=5)
    assert reason in caught.value.message.lower()
    assert not caught.value.message.endswith(".")
    assert (caught.value.template, caught.value.line) == ("news.txt", line + 4)


def test_a_mistake_in_an_included_file_has_its_place_there(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "foot.txt").write_text("ok\n{{ oh no }}")
    with pytest.raises(TemplateError) as caught:
        engine.compile("{% include 'foot.txt' %}", "a", Mode.TEXT, first_line=9)
    assert (caught.value.template, caught.value.line) == ("foot.txt", 2)


def test_a_failing_row_has_the_template_s_line(engine: Engine) -> None:
    template = engine.compile("a\nb\n{{ name.nothing }}", "news.txt", Mode.TEXT, first_line=20)
    with pytest.raises(TemplateError) as caught:
        template({"name": "Fay"})
    assert (caught.value.template, caught.value.line) == ("news.txt", 22)


@pytest.mark.parametrize("data", ["{{ 7*7 }}", "{% for x in y %}", "{# x #}", "{{ name }}"])
@pytest.mark.parametrize("mode", list(Mode))
def test_e3_data_is_never_a_template(engine: Engine, data: str, mode: Mode) -> None:
    assert engine.compile("{{ name }}", "a", mode)({"name": data}) == data


def test_may_be_filled_again_and_again(engine: Engine) -> None:
    template = engine.compile("{% for x in range(9999) %}{% endfor %}{{ name }}", "a", Mode.TEXT)
    for name in ("Fay", "Jon") * 10:
        assert template({"name": name, "range": range}) == name


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in tags %}\n{{ x }}\n{% endfor %}\n{{ x }}",
        "{% for x, y in tags %}\n{{ x if y }}\n{% endfor %}\n{{ x }}",
        "{% macro m(x) %}\n{{ x }}\n{% endmacro %}\n{{ x }}",
        "{% for y in tags if y %}\n{{ y }}\n{% endfor %}\n{{ x }}",
    ],
)
def test_a_loop_s_variable_is_a_column_only_outside_of_the_loop(engine: Engine, source: str) -> None:
    uses = engine.compile(source, "a.html", Mode.HTML).uses
    assert [(use.name, use.line, use.column) for use in uses if use.name != "tags"] == [("x", 4, 4)]
