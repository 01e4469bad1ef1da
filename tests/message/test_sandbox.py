from pathlib import Path
from time import process_time

import pytest

from mailgrid.errors import TemplateError
from mailgrid.message.filters import LIMIT
from mailgrid.message.sandbox import GLOBALS, Mode
from mailgrid.message.scope import Record
from mailgrid.message.template import Engine


def fill(source: str, mode: Mode = Mode.TEXT, **values: object) -> str:
    engine = Engine(known=frozenset({*values, *GLOBALS}), records={}, root=None)
    return engine.compile(source, "news.txt", mode)({**GLOBALS, **values})


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ name.__class__.__base__ }}",
    "{{ row.__init__.__globals__ }}",
    "{{ row._values }}",
    "{{ row['_values'] }}",
    "{{ name|attr('__class__') }}",
    "{{ '{0.__class__}'.format(name) }}",
    "{{ '{a.__class__}'.format_map(dict(a=name)) }}",
    "{{ ('{0.__class__}' | safe).format(name) }}",
    "{{ ['__class__']|map('attr')|list }}",
    "{{ [name]|map(attribute='__class__')|list }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__class__ }}",
    "{{ score.__globals__ }}",
    "{{ score.__code__ }}",
    "{{ tags.append('x') }}",
    "{{ tags.clear() }}",
    "{{ cells.update(a=1) }}",
    "{{ cells.pop('a') }}",
    "{{ loop.__class__ }}",
    "{% for x in tags %}{{ loop._iterable }}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}",
    "{{ caller.__globals__ }}",
    "{{ name.encode() }}",
    "{{ name.join(tags) }}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% include name %}",
    "{% include ['/etc/passwd'] %}",
    "{% extends name %}",
    "{{ lipsum() }}",
    "{{ lipsum.__globals__ }}",
    "{{ name|pprint }}",
    "{{ tags|random }}",
]


@pytest.mark.parametrize("source", ESCAPES)
@pytest.mark.parametrize("mode", [Mode.TEXT, Mode.HTML, Mode.HEADER])
def test_e1_there_is_no_way_out(source: str, mode: Mode) -> None:
    values = {"name": "Fay", "row": Record({"name": "Fay"}), "tags": ["a"], "cells": {"a": 1}, "score": len}
    with pytest.raises(TemplateError):
        fill(source, mode, **values)
    assert values["tags"] == ["a"]
    assert values["cells"] == {"a": 1}


GREEDY = [
    "{{ 'a' * 10**8 }}",
    "{{ 9**9**9 }}",
    "{{ 'a'|center(10**8) }}",
    "{{ '%0100000000d'|format(1) }}",
    "{{ '%*d'|format(100000000, 1) }}",
    "{{ '%0100000000d' % 1 }}",
    "{{ ['a'] * 10**8 }}",
    "{{ 10**8 * 'a' }}",
    "{{ 'a'.ljust(100000000) }}",
    "{{ 'a'.zfill(100000000) }}",
    "{{ '{:0100000000}'.format(1) }}",
    "{{ 'a'.center(100000000) }}",
    "{{ 'a\nb'|indent(100000000) }}",
    "{{ [1]|batch(100000000, 'x')|list }}",
    "{{ [1]|slice(100000000)|list }}",
    "{{ 1|round(100000000, 'ceil') }}",
    "{{ 1|tojson(indent=100000000) }}",
    "{{ range(100000000)|join }}",
    "{{ range(100000)|join('a' ~ 'b'|center(9000)) }}",
    "{{ ('a'|center(9000))|replace(' ', 'a'|center(9000)) }}",
    "{{ ('a '|center(9000))|wordwrap(1, wrapstring='a'|center(9000)) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{{ 'x'|center(9000) }}{% endfor %}",
    "{% set x %}{% for a in range(99999) %}{{ 'x'|center(9000) }}{% endfor %}{% endset %}",
    "{% for a in range(99999) %}" + "x" * 1000 + "{% endfor %}",
    "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(50) }}",
    "{% for x in [[1]] recursive %}{{ loop(x) }}{% endfor %}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40 + "{{ a|length }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 40 + "{{ a|length }}",
    "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 40 + "{{ a|length }}",
    "{% set a = 3 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
    "{% set n = namespace(a='a') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 18 + "{% for i in range(9999) %}{% set b = a|sort %}{% endfor %}",
    "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 18 + "{% set b = a|sort %}" * 999,
    "{% set a = 'aaaaaaaaaa' %}"
    + "{% set a = a ~ a %}" * 16
    + "{% for i in range(65000) %}{% set b = a|title %}{% endfor %}",
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "{% for i in range(9) %}" * 60 + "{% endfor %}" * 60,
]


@pytest.mark.parametrize("source", GREEDY)
def test_e2_asking_for_too_much_fails_soon(source: str) -> None:
    started = process_time()
    with pytest.raises(TemplateError):
        fill(source)
    # A hundred times what it takes; what this guards against would take minutes, or all memory.
    assert process_time() - started < 10


def test_a_long_text_is_refused() -> None:
    with pytest.raises(TemplateError, match="the text is longer than"):
        fill("x" * (LIMIT + 1))
    with pytest.raises(TemplateError, match="it writes more than"):
        fill("{{ name }}", name="x" * (LIMIT + 1))


@pytest.mark.parametrize(
    "source, text",
    [
        ("{{ 2 * 3 + 2 ** 3 - 7 % 4 }}", "11"),
        ("{{ 'a' + name ~ 1 ~ 2 }}", "aFay12"),
        ("{{ tags|join(', ') }}", "a, b"),
        ("{{ tags|map('upper')|join }}", "AB"),
        ("{% for tag in tags %}{{ loop.index }}{{ tag }}{{ ',' if not loop.last }}{% endfor %}", "1a,2b"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
        ("{% macro b(x) %}[{{ x }}]{% endmacro %}{{ b(name) }}{{ b('é') }}", "[Fay][é]"),
        ("{% set n = namespace(i=0) %}{% for t in tags %}{% set n.i = n.i + 1 %}{% endfor %}{{ n.i }}", "2"),
        ("{{ name|center(9) }}|{{ '%s-%03d'|format(name, 7) }}", "   Fay   |Fay-007"),
        ("{{ name.upper() }} {{ name|replace('F', 'J') }} {{ name[0] }} {{ name|length }}", "FAY Jay F 3"),
        ("{{ 7.0 }} {{ 7.5 }} {{ price|round(1) }} {{ 123456|int }}", "7 7.5 2.7 123456"),
        ("{{ cells.a }}{{ cells['a'] }}{% for k, v in cells.items() %}{{ k }}{{ v }}{% endfor %}", "11a1"),
        ("{{ none }}{{ name|tojson }}", '"Fay"'),
        ("{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
        ("{{ tags|sort(reverse=true)|first }}{{ [1, 2]|sum }}{{ tags|batch(1)|list|length }}", "b32"),
    ],
)
def test_ordinary_templates_work(source: str, text: str) -> None:
    assert fill(source, name="Fay", tags=["a", "b"], price=2.718, cells={"a": 1}) == text


@pytest.mark.parametrize("value", ["", "  ", None])
def test_default_stands_for_an_empty_cell(value: str | None) -> None:
    assert fill("{{ name|default('you') }} {{ name|d('you') }} {{ nobody|default('x') }}", name=value) == "you you x"


def test_default_leaves_what_is_there() -> None:
    assert fill("{{ name|default('you') }}{{ 0|default(1) }}{{ 0|default(1, true) }}", name="Fay") == "Fay01"


def test_html_is_escaped_and_text_is_not() -> None:
    assert fill("<p>{{ name }}{{ '<' ~ name }}</p>", Mode.HTML, name="<b>") == "<p>&lt;b&gt;&lt;&lt;b&gt;</p>"
    assert fill("<p>{{ name }}</p>", Mode.TEXT, name="<b>") == "<p><b></p>"


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
def test_a_line_end_in_a_value_has_no_place_in_a_header(ending: str) -> None:
    assert fill("{{ name }}", name=f"a{ending}b") == f"a{ending}b"
    for source in ("{{ name }}", "{{ name|upper }}", "{{ 'x' ~ name }}", "{{ name|safe }}"):
        with pytest.raises(TemplateError, match="a value holds a line end"):
            fill(source, Mode.HEADER, name=f"a{ending}b")


@pytest.mark.parametrize(
    "source, reason",
    [
        ("{{ tags }}", "a list or a record cannot be printed"),
        ("{{ row }}", "a list or a record cannot be printed"),
        ("{{ tags|upper }}", "a list or a record cannot be printed"),
        ("{{ name.upper }}", "a function cannot be printed"),
        ("{{ nobody }}", "there is no `nobody`"),
        ("{{ nobody|upper }}", "there is no `nobody`"),
        ("{{ row.nobody }}", "a value that is used here does not exist"),
        ("{{ name + 1 }}", r"a value does not fit here \(TypeError\)"),
        ("{{ name * 2 }}", r"`\*` is for numbers"),
        ("{{ name.__class__ }}", "a template may not do this"),
    ],
)
def test_says_what_is_wrong_without_repeating_values(source: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason) as caught:
        fill(f"\n{source}", name="S3cret", tags=["S3cret"], row=Record({"a": "S3cret"}))
    assert "S3cret" not in caught.value.message
    assert (caught.value.template, caught.value.line) == ("news.txt", 2)


def test_e4_reads_files_from_its_folder_only(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (root / "note.txt").write_text("\ufeffNote for {{ name }}", "utf-8")
    (root / "latin.txt").write_bytes(b"\xff")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "out").symlink_to(tmp_path)
    engine = Engine(known=frozenset(), records={}, root=root)
    assert engine.compile("{% include 'note.txt' %}", "a.txt", Mode.TEXT)({"name": "Fay"}) == "Note for Fay"
    for name in (
        "../secret.txt",
        "/etc/passwd",
        f"{tmp_path}/secret.txt",
        "link.txt",
        "out/secret.txt",
        "none.txt",
        "latin.txt",
        "C:\\\\x",
        "a\\0b",
        "/proc/self/environ",
        ".",
    ):
        with pytest.raises(TemplateError, match="template not found") as caught:
            engine.compile("{% include '" + name + "' %}", "a.txt", Mode.TEXT)
        assert caught.value.code == "MG502"
