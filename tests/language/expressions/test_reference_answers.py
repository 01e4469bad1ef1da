import pytest

from tests.language.expressions.asking import COLUMNS, ask

FULL = ("FR", "30", "yes", "2026-04-20", "Ann@ACME.com", "pro")
EMPTY = ("", "", "", "", "", "")
ODD = ("fr", "thirty", "maybe", "20/04/2026", "x@y.z", "Pro")
WORDS = {"yes": True, "no": False, "unknown": None}

TABLE = """
country = "FR"                         yes      no       no
country != "FR"                        no       yes      yes
country = "fr" ignoring case           yes      no       yes
country not in ("FR","BE")             no       yes      yes
country is empty                       no       yes      no
age >= 18                              yes      unknown  unknown
not age >= 18                          no       unknown  unknown
age = 30                               yes      no       unknown
age != 30                              no       yes      unknown
age not between 18 and 65              no       unknown  unknown
active                                 yes      no       unknown
not active                             no       yes      unknown
not signup after 2026-01-01            no       unknown  unknown
days_since(signup) < 30                yes      unknown  unknown
domain(email) = "acme.com"             yes      no       no
plan not contains "pro"                no       yes      yes
age >= 18 or age is empty              yes      yes      unknown
age < 18 and country = "US"            no       no       no
"""
CASES = [line.rsplit(maxsplit=3) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("condition,full,empty,odd", CASES)
def test_the_answers_for_a_full_an_empty_and_an_odd_row(condition: str, full: str, empty: str, odd: str) -> None:
    answers = [ask(condition, dict(zip(COLUMNS, row, strict=True))) for row in (FULL, EMPTY, ODD)]
    assert answers == [WORDS[full], WORDS[empty], WORDS[odd]]


@pytest.mark.parametrize("blank", ["", " ", "\t \u00a0", None])
@pytest.mark.parametrize("condition,full,empty,odd", CASES)
def test_everything_empty_is_one_value(condition: str, full: str, empty: str, odd: str, blank: object) -> None:
    assert ask(condition, dict.fromkeys(COLUMNS, blank)) is WORDS[empty]
