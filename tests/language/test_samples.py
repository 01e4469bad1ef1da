"""The example files of the language are right: every word is known, every argument fits."""

from pathlib import Path

import pytest

from mailgrid.hookspecs import Location, Option, OptionType, SourceKind
from mailgrid.language.compiler import Compiled, compile_file
from mailgrid.language.kinds import Kinds
from tests.language.example_kinds import KINDS

SAMPLES = Path(__file__).parent.parent / "samples"


def _source(name: str, *options: Option) -> SourceKind:
    return SourceKind(name=name, open="nowhere:open", help="rows", location=Location.FILE, options=options)


QUERY = Option(name="query", type=OptionType.TEXT, help="what to ask")
COLUMNS = Option(name="columns", type=OptionType.LIST, help="which to read")
MORE = (_source("jsonl"), _source("sql", QUERY), _source("parquet", COLUMNS))
ALL_KINDS = Kinds(sources={**KINDS.sources, **{kind.name: kind for kind in MORE}}, transports=KINDS.transports)


def compiled(path: Path) -> Compiled:
    return compile_file(path, ALL_KINDS, root=SAMPLES)


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.mailgrid")), ids=lambda path: path.stem)
def test_a_sample_has_no_mistake(path: Path) -> None:
    assert [each.message for each in compiled(path).diagnostics if each.severity == "error"] == []


def test_the_long_sample_says_all_that_it_says() -> None:
    sale, reminder = compiled(SAMPLES / "03_spring.mailgrid").campaigns
    assert [former.value for former in sale.formerly] == ["spring_promo"]
    assert [(variant.name, variant.share) for variant in sale.variants] == [("short", 0.5), ("long", 0.5)]
    assert [address.value for address in sale.test] == ["ada@acme.com", "bob@acme.com"]
    assert {"schedule", "window", "attach", "inline", "suppress", "limit", "unsubscribe"} <= sale.places.keys()
    assert (len(sale.limits), len(reminder.limits), reminder.variants) == (2, 2, ())
