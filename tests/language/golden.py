"""Golden files: what goes in, a line of ten dashes, what has to come out."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

TESTS = Path(__file__).parent.parent
_LINE = "----------\n"


def goldens(folder: str) -> list[ParameterSet]:
    """The golden files of a folder as parameters: the input and the expected output of each, named by the file."""
    paths = sorted((TESTS / folder).glob("*.txt"))
    assert paths, f"{folder} holds no golden file"
    return [pytest.param(*split(path), id=path.stem) for path in paths]


def split(path: Path) -> tuple[str, str]:
    """The input and the expected output of one file, line ends as they are."""
    given, _, expected = path.read_bytes().decode().partition(_LINE)
    return given, expected
