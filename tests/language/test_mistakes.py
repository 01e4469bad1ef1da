"""Every mistake has a message of its own, at the right place, and a fix that does put it right."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from mailgrid.language.catalogue import CATALOGUE
from mailgrid.language.compiler import Compiled, compile_text
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.edits import harmless
from mailgrid.language.frame import frame
from mailgrid.language.text import Text
from tests.language.example_kinds import KINDS
from tests.language.golden import TESTS, goldens

# These are about files, several of them, or a text too long for a golden file; other tests bring them about.
ELSEWHERE = {"MG230", "MG119", "MG120", "MG121", "MG122", "MG127", "MG207", "MG222", "MG223", "MG224"}
# The meaning of conditions is tested beside it.
OF_CONDITIONS = {"MG208"}


def compiled(content: str) -> Compiled:
    return compile_text(Text("welcome.mailgrid", content), KINDS, root=Path("/nonexistent"))


@pytest.mark.parametrize("given, expected", goldens("mistakes"))
def test_what_is_said(given: str, expected: str) -> None:
    assert "\n\n".join(frame(each) for each in compiled(given).diagnostics) + "\n" == expected


@pytest.mark.parametrize("given, expected", goldens("mistakes"))
def test_no_mistake_is_left_to_the_default_message(given: str, expected: str) -> None:
    assert "MG100" not in expected
    assert "[MG" in expected or "[W" in expected or not list(compiled(given).diagnostics)


def syntax(found: Iterable[Diagnostic]) -> Counter[str]:
    return Counter(each.code for each in found if each.code.startswith("MG1"))


def test_there_are_many_mistakes() -> None:
    assert len(goldens("mistakes")) >= 120


@pytest.mark.parametrize("given, expected", goldens("mistakes"))
def test_a_fix_removes_what_it_fixes_and_breaks_nothing(given: str, expected: str) -> None:
    found = list(compiled(given).diagnostics)
    offered = [each.edit for each in found]
    assert [each.edit for each in harmless(found)] == offered, "an edit that changes what stands elsewhere"
    for diagnostic in found:
        if diagnostic.edit is None:
            continue
        span = diagnostic.edit.span
        fixed = given[: span.start] + diagnostic.edit.text + given[span.end :]
        after = list(compiled(fixed).diagnostics)
        left = {(each.code, each.message, each.span and each.span.start) for each in after}
        assert diagnostic.span
        assert (diagnostic.code, diagnostic.message, diagnostic.span.start) not in left, fixed
        assert syntax(after) <= syntax(found), fixed


def test_every_code_of_syntax_and_structure_has_a_mistake() -> None:
    said = set(re.findall(r"\[(\w+)\]", "".join(path.read_text() for path in (TESTS / "mistakes").glob("*.txt"))))
    codes = {code for code in CATALOGUE if re.match(r"MG[12]|W2", code)}
    assert codes - said - {"MG100"} == ELSEWHERE | OF_CONDITIONS


def test_all_fixes_together_make_the_many_mistakes_fewer() -> None:
    given = (TESTS / "mistakes" / "many_at_once.txt").read_text().partition("----------\n")[0]
    edits = [each.edit for each in compiled(given).diagnostics if each.edit]
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        given = given[: edit.span.start] + edit.text + given[edit.span.end :]
    left = [each.code for each in compiled(given).diagnostics]
    assert left == ["MG114", "MG203", "MG109", "MG112"]
