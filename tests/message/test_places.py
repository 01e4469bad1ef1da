import pytest

from mailgrid.message.places import first_place

# The place is marked by the sign before it.
PLACES = [
    "name {{ ^name }}",
    "{{ ^name | upper }}{{ name }}",
    "{# {{ name }} #}{{ ^name }}",
    "{{ x.name }}{{ ^name }}",
    "{{ 'name' }}{{ ^name }}",
    '{{ "a \\" name" ~ ^name }}',
    "{{ x | name }}{{ ^name }}",
    "{{ f(name=1) }}{{ f(^name) }}",
    "{% if ^name == 1 %}name{% endif %}",
    "{% for x in ^name %}{% endfor %}",
    "{{ names }}{{ my_name }}{{ ^name }}",
    "{{ row.^name }}",
    "{{ x | ^name }}",
    "{{ x | name }}{{ row.^name }}",
    "{{ row[ '^name' ] }}",
    "{{\n  ^name\n}}",
]


@pytest.mark.parametrize("marked", PLACES)
def test_where_a_name_is_used(marked: str) -> None:
    assert first_place(marked.replace("^", ""), "name") == marked.index("^")


@pytest.mark.parametrize("source", ["name", "{{ names }}", "{# name #}", "{{ 'name' }}", "{{ name"])
def test_where_it_is_not(source: str) -> None:
    assert first_place(source, "name") is None


def test_between_two_offsets() -> None:
    source = "{{ name }}\n{{ name }}"
    assert first_place(source, "name", 11) == 14
    assert first_place(source, "name", 4, 14) is None


def test_a_name_with_blanks() -> None:
    assert first_place("{{ row['First Name'] }}", "First Name") == 8
