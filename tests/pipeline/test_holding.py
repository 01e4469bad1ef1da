from hypothesis import given
from hypothesis import strategies as st

from mailgrid.ledger.claim import LEAST, LONGEST, Stretch
from mailgrid.pipeline.holding import Holding

_MILLISECOND = 10**6


@given(
    st.integers(LONGEST // 8, LONGEST),
    st.integers(1, 4),
    st.lists(st.sampled_from([1, 20, 600, 2000]), min_size=4, max_size=12),
)
def test_how_a_bucket_is_shared_depends_on_its_limit_alone(price: int, burst: int, pauses: list[int]) -> None:
    holding = Holding("north", burst * price)
    now = 10**18
    for pause in pauses:
        now += pause * _MILLISECOND
        if claim := holding.claim(1, price, now):
            assert (claim.least == 0) == (price > LONGEST // 2)
            assert claim.least * price <= max(LONGEST, LEAST * price)
            holding.receive(Stretch(now, max(1, claim.least), now), 1, price, now)
