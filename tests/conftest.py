import logging
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.addresses import AddressesLogged
from tests.examples import MANY

# A busy machine is no mistake: how long an example takes is measured in the benchmarks.
settings.register_profile(
    "mailgrid", deadline=None, max_examples=MANY or 100, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("mailgrid")

# Who is started in the background of a shell ignores Ctrl-C, and so would each program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_address_is_logged() -> Iterator[None]:
    handler, log = AddressesLogged(), logging.getLogger("mailgrid")
    log.addHandler(handler)
    yield
    log.removeHandler(handler)
    assert handler.found == []
