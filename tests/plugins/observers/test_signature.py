from base64 import b64encode

import pytest
from mailgrid_plugins.observers.signature import headers, key_of

from mailgrid.errors import TransportError

#: The example of the Standard Webhooks' own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DELIVERY, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_is_that_of_standard_webhooks() -> None:
    assert headers(key_of(SECRET), DELIVERY, TIMESTAMP, BODY) == {
        "webhook-id": DELIVERY,
        "webhook-timestamp": str(TIMESTAMP),
        "webhook-signature": SIGNATURE,
    }


@pytest.mark.parametrize(
    "delivery, timestamp, body",
    [("msg_2", TIMESTAMP, BODY), (DELIVERY, TIMESTAMP + 1, BODY), (DELIVERY, TIMESTAMP, BODY + b" ")],
)
def test_all_of_a_delivery_is_signed(delivery: str, timestamp: int, body: bytes) -> None:
    assert headers(key_of(SECRET), delivery, timestamp, body)["webhook-signature"] != SIGNATURE


def test_a_secret_is_bytes_or_base64_behind_a_prefix() -> None:
    assert key_of("whsec_" + b64encode(b"k\xff").decode()) == b"k\xff"
    assert key_of("pässword") == "pässword".encode()
    for secret in ("", "whsec_", "whsec_!"):
        with pytest.raises(TransportError, match="secret of `webhook`"):
            key_of(secret)
