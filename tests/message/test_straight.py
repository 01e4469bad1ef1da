import string

from hypothesis import example, given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message import lines, straight
from mailgrid.message.body import Body
from mailgrid.message.render import Renderer
from mailgrid.message.sandbox import Mode
from mailgrid.message.scope import Record
from mailgrid.message.template import Engine
from tests.examples import examples
from tests.message.letters import person, renderer

HOLES = ["{{ a }}", "{{ b }}", "{{ row.a }}", "{{ row['b'] }}", '{{ a | default("you & me") }}', "{{ c|d('x') }}"]
LITERALS = st.text(st.sampled_from(string.ascii_letters + " \n.,<>&'\"\té"), max_size=30)
SOURCES = st.lists(LITERALS | st.sampled_from(HOLES), max_size=12).map("".join)
VALUES = st.text(max_size=12) | st.sampled_from(["Ann", "<b>", "'\"&", "", " ", "From ", "7"]) | st.integers()


@given(SOURCES, VALUES, VALUES, st.sampled_from(sorted(set(Mode) - {Mode.PATH}, key=str)))
@examples(150)
def test_a_form_writes_what_the_engine_writes(source: str, a: object, b: object, mode: Mode) -> None:
    engine = Engine(known=frozenset({"row"}), records={"row": None}, root=None)
    template = engine.compile(source, "a", mode)
    assert template.straight is not None
    cells = {"a": a, "b": b, "c": ""}
    names = {**cells, "row": Record(cells)}
    text = straight.Form(template.straight)(names)
    assert text is None or text == template._engine(names)


def test_what_is_more_than_values_in_a_text_is_left_to_the_engine() -> None:
    engine = Engine(known=frozenset(), records={}, root=None)
    for source in (
        "{% if a %}{% endif %}",
        "{{ a | upper }}",
        "{{ a + b }}",
        "{{ self }}",
        "{{ a | default(b) }}",
        "\ue000",
    ):
        assert engine.compile(source, "a", Mode.TEXT).straight is None


def slow(render: Renderer) -> Renderer:
    assert isinstance(render._body, Body)
    render._body._html_lines = render._body._text_lines = None
    return render


def written(render: Renderer, a: str, b: str) -> bytes | str:
    """The content, or why there is none."""
    try:
        return render(person(fields={"a": a, "b": b, "c": ""})).content
    except TemplateError as error:
        return str(error)


@example("\n{{ a }}", False, "", "")
@given(SOURCES, st.booleans(), *[st.text(max_size=12) | st.sampled_from(["Ann", "", " ", "From ", "x" * 990])] * 2)
@examples(150)
def test_lines_are_those_of_the_long_way(source: str, derived: bool, a: str, b: str) -> None:
    texts = {"html": f"<p>{source.replace('<', '&lt;')}</p>"} if derived else {"html": source or "x", "text": source}
    fast, long_way = renderer(**texts), slow(renderer(**texts))
    for values in ((a, b), ("Ann", "Paris")):
        assert written(fast, *values) == written(long_way, *values)


def test_most_letters_go_the_short_way() -> None:
    body = renderer(html="<p>Dear {{ name }},</p>\n<p>hello.</p>\n")._body
    assert isinstance(body, Body)
    assert isinstance(body._html_lines, lines.Lines)
    assert isinstance(body._text_lines, lines.Lines)
