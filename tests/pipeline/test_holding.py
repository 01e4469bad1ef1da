from hypothesis import given
from hypothesis import strategies as st

from mailgrid.ledger.claim import LEAST, LONGEST, Stretch
from mailgrid.pipeline.holding import Holding

_MILLISECOND = 10**6


@given(
    st.integers(1, LONGEST),
    st.integers(1, 100),
    st.lists(st.integers(1, 3000 * _MILLISECOND), min_size=5, max_size=20),
)
def test_how_a_bucket_is_shared_depends_on_its_limit_alone(price: int, burst: int, pauses: list[int]) -> None:
    holding = Holding("north", burst * price)
    now = 10**18
    for pause in pauses:
        now += pause
        if claim := holding.claim(1, price, now):
            assert (claim.least == 0) == (price > LONGEST // 2)
            assert claim.least * price <= max(LONGEST, LEAST * price)
            holding.receive(Stretch(now, max(1, claim.least), now), 1, price, now)
