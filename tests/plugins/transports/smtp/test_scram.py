import hashlib
import hmac
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.transports.smtp.scram import Distrusted, scram

#: The examples of RFC 5802, 5 and RFC 7677, 3: hash, our nonce, the server's messages and ours.
EXAMPLES = [
    (
        "sha1",
        "fyko+d2lbbFgONRv9qkxdawL",
        b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    ),
    (
        "sha256",
        "rOprNGfwEbeRWgbNEkqO",
        b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ),
]


@pytest.mark.parametrize("digest,nonce,first,challenge,final,verdict", EXAMPLES)
def test_the_examples_of_the_standards(
    digest: str, nonce: str, first: bytes, challenge: bytes, final: bytes, verdict: bytes
) -> None:
    exchange = scram("user", "pencil", nonce=nonce, digest=digest)
    assert next(exchange) == first
    assert exchange.send(challenge) == final
    assert exchange.send(verdict) == b""
    with pytest.raises(StopIteration):
        next(exchange)


@pytest.mark.parametrize("position", range(2, 46))
def test_a_verdict_with_one_wrong_letter_is_no_proof(position: int) -> None:
    _, nonce, _, challenge, _, verdict = EXAMPLES[1]
    exchange = scram("user", "pencil", nonce=nonce)
    next(exchange)
    exchange.send(challenge)
    wrong = bytearray(verdict)
    wrong[position] ^= 1
    with pytest.raises(Distrusted, match="does not prove"):
        exchange.send(bytes(wrong))


@pytest.mark.parametrize(
    "challenge,reason",
    [
        (b"r=abcdef,s=QQ==,i=4095", "4,095 rounds"),
        (b"r=abcdef,s=QQ==,i=2000001", "2,000,001 rounds"),
        (b"r=abcdef,s=QQ==,i=many", "none"),
        (b"r=abc,s=QQ==,i=4096", "none of ours"),
        (b"r=xyzdef,s=QQ==,i=4096", "none of ours"),
        (b"r=abcdef,s=,i=4096", "none of ours"),
        (b"r=abcdef,s=!!,i=4096", "none"),
        (b"m=must,r=abcdef,s=QQ==", "none"),
        (b"", "none"),
        (b"\xff\xfe", "none"),
    ],
)
def test_a_challenge_that_is_none(challenge: bytes, reason: str) -> None:
    exchange = scram("user", "pencil", nonce="abc")
    next(exchange)
    with pytest.raises(Distrusted, match=reason):
        exchange.send(challenge)


@pytest.mark.parametrize("said", [0, 1])
def test_a_login_that_is_accepted_too_early_proves_nothing(said: int) -> None:
    _, nonce, _, challenge, _, _ = EXAMPLES[1]
    exchange = scram("user", "pencil", nonce=nonce)
    next(exchange)
    if said:
        exchange.send(challenge)
    with pytest.raises(Distrusted, match="does not prove"):
        next(exchange)


def test_an_error_of_the_server_is_answered_and_never_taken_for_a_proof() -> None:
    _, nonce, _, challenge, _, _ = EXAMPLES[1]
    exchange = scram("user", "pencil", nonce=nonce)
    next(exchange)
    exchange.send(challenge)
    assert exchange.send(b"e=invalid-proof") == b""
    with pytest.raises(Distrusted):
        next(exchange)


def test_names_are_escaped_and_nonces_are_fresh() -> None:
    assert next(scram("a=b,c", "x", nonce="n")) == b"n,,n=a=3Db=2Cc,r=n"
    assert next(scram("a", "x")) != next(scram("a", "x"))


@pytest.mark.parametrize(
    "typed,same", [("I\u00adX", "IX"), ("\u2168", "IX"), ("a\u00a0b", "a b"), ("a\u030a", "\u00e5")]
)
def test_a_password_typed_in_two_ways_is_one(typed: str, same: str) -> None:
    assert proof_of(typed) == proof_of(same)


def proof_of(password: str) -> bytes:
    exchange = scram("user", password, nonce="abc")
    next(exchange)
    proof: bytes = exchange.send(b"r=abcdef,s=QQ==,i=4096")
    return proof


@settings(max_examples=30)
@given(password=st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1), salt=st.binary(min_size=1))
def test_who_knows_the_password_is_believed(password: str, salt: bytes) -> None:
    exchange = scram("user", password, nonce="abc")
    bare = next(exchange).removeprefix(b"n,,")
    challenge = b"r=abcdef,s=" + b64encode(salt) + b",i=4096"
    final = exchange.send(challenge)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 4096)
    signed = b",".join([bare, challenge, final.rpartition(b",p=")[0]])
    key = hmac.digest(salted, b"Server Key", "sha256")
    assert exchange.send(b"v=" + b64encode(hmac.digest(key, signed, "sha256"))) == b""
