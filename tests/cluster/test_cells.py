import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.cluster.cells import from_json, to_json
from mailgrid.errors import MailgridError

CELLS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.sampled_from([None, UTC]))
    | st.times()
    | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=99))
    | st.binary(),
    lambda cells: st.lists(cells, max_size=3) | st.dictionaries(st.text(), cells, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_a_cell_comes_out_as_it_went_in(cell: object) -> None:
    found = from_json(json.loads(json.dumps(to_json(cell))))
    assert found == cell
    assert type(found) is type(cell)


@pytest.mark.parametrize(
    "cell", [date(2026, 5, 4), datetime(2026, 5, 4, 9, tzinfo=UTC), time(9, 30), Decimal("1.50"), float("inf")]
)
def test_types_that_json_lacks_have_names(cell: object) -> None:
    written = to_json(cell)
    assert isinstance(written, dict)
    assert set(written) == {"$", "v"}
    assert from_json(written) == cell


def test_what_no_source_makes_is_refused_by_its_type_and_not_by_its_value() -> None:
    with pytest.raises(MailgridError, match="a column holds a object") as raised:
        to_json(object())
    assert "0x" not in raised.value.message
