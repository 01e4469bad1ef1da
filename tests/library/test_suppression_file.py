import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.errors import SourceError
from mailgrid.ledger.suppression import CLASSES, Suppressed
from mailgrid.library.suppression_file import SuppressionFile, write_list
from mailgrid.message.address import parse

DEFAULT = Suppressed("", "manual", "asked us to", 7.0, "people.txt")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8)


def read(text: str, column: str = "") -> tuple[SuppressionFile, list[Suppressed]]:
    people = SuppressionFile(io.StringIO(text), "people.txt", DEFAULT, column)
    return people, list(people)


def addresses(text: str, column: str = "") -> list[str]:
    return [entry.address for entry in read(text, column)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "ann@x.org\nBob@X.org\n",
        "# who left\n\nann@x.org\n\n# and\nbob@x.org",
        "email\nann@x.org\nbob@x.org\n",
        "id;Email;name\n1;ann@x.org;Ann\n2;bob@x.org;Bob\n",
        "7\tAnn <ann@x.org>\n8\tBob <bob@x.org>\n",
        'name,address\n"Ann\nLee",ann@x.org\n"Bob, Jr.",bob@x.org\n',
        "unsubscribed\nann@x.org\nbob@x.org\n",
    ],
)
def test_it_reads_lists_of_many_forms(text: str) -> None:
    assert addresses(text) == ["ann@x.org", "bob@x.org"]


def test_a_column_can_be_named() -> None:
    assert addresses("email,Backup\nann@x.org,bob@x.org\n", "backup") == ["bob@x.org"]


@pytest.mark.parametrize(("text", "column"), [("id,name\n1,Ann\n", ""), ("id,name\n1,Ann\n", "mail"), ("id\n1\n", "a")])
def test_a_column_that_is_not_there_is_told(text: str, column: str) -> None:
    with pytest.raises(SourceError, match="no column is known to hold the addresses") as caught:
        addresses(text, column)
    assert "there are: id" in caught.value.hint


def test_nothing_is_in_an_empty_file() -> None:
    assert addresses("") == []
    assert addresses("# nobody yet\n") == []


def test_lines_without_an_address_are_counted_and_the_first_named() -> None:
    people, found = read("# left\nemail,class\nann@x.org,bounce\nbob\n,\n@x.org,\nb@\nc@@x.org\n")
    assert [entry.address for entry in found] == ["ann@x.org"]
    assert (people.count, people.bad, people.lines) == (1, 4, [4, 6, 7])


def test_what_the_file_does_not_say_is_as_the_caller_says() -> None:
    _, (first, second) = read("email,class,since\nann@x.org,bounce,2026-05-04T09:00:00Z\nbob@x.org,gone,yesterday\n")
    assert first == Suppressed("ann@x.org", "bounce", "asked us to", 1_777_885_200.0, "people.txt")
    assert second == Suppressed("bob@x.org", "manual", "asked us to", 7.0, "people.txt")


def test_what_is_no_utf_8_is_told() -> None:
    file = io.TextIOWrapper(io.BytesIO(b"ann@x.org\nb\xf6b@x.org\n"), encoding="utf-8")
    with pytest.raises(SourceError, match="it is not UTF-8"):
        list(SuppressionFile(file, "people.txt", DEFAULT))


def test_a_cell_is_never_a_formula() -> None:
    file = io.StringIO()
    write_list([Suppressed("=cmd@x.org", reason="+a", source="'-2")], file)
    assert [cell[:2] for cell in file.getvalue().splitlines()[1].split(",")[::2]] == ["'=", "'+", "''"]


@st.composite
def entries(draw: st.DrawFn) -> Suppressed:
    local = draw(st.text("abz09!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=6))
    since = draw(st.integers(0, 4_000_000_000_000)) / 1000
    return Suppressed(f"{local}@x.org", draw(st.sampled_from(CLASSES)), draw(WORDS), since, draw(WORDS))


@settings(max_examples=60)
@given(st.lists(entries()))
def test_what_was_written_is_read_again(people: list[Suppressed]) -> None:
    file = io.StringIO()
    assert write_list(people, file) == len(people)
    _, found = read(file.getvalue())
    expected = [
        Suppressed(e.address, e.category, e.reason or "asked us to", e.since, e.source or "people.txt") for e in people
    ]
    assert found == expected


@settings(max_examples=60)
@given(st.text(max_size=60), st.sampled_from(["", "email"]))
def test_no_text_is_too_odd(text: str, column: str) -> None:
    try:
        found = addresses(text, column)
    except SourceError:
        return
    assert [parse(address).key for address in found] == found
