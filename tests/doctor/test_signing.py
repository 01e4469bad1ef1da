"""The keys that a campaign signs with, wherever they are."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgrid.doctor.signing import keys_of
from mailgrid.library.loading import load
from tests.end_to_end.campaign_folder import CampaignFolder

KEY = ed25519.Ed25519PrivateKey.generate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
NAMED = 'dkim domain "Acme.example" selector "s1" key '


@pytest.mark.parametrize(
    "written, problem",
    [
        ('"key.pem"', ""),
        ('secret("DKIM_KEY")', ""),
        ('"nosuch.pem"', "the private key cannot be read"),
        ('"../outside.pem"', "the private key cannot be read"),
        ('secret("NOT_SET")', "the private key cannot be read"),
    ],
)
def test_a_key_is_found_where_the_campaign_says(tmp_path: Path, written: str, problem: str) -> None:
    folder = CampaignFolder(tmp_path)
    folder.people(1)
    (tmp_path / "key.pem").write_bytes(PEM)
    loaded = load(folder.campaign('maildir "box/"', NAMED + written))
    (key,) = keys_of(loaded.compiled.campaigns[0], loaded.world.project, {"DKIM_KEY": PEM.decode()})
    assert (key.name, key.problem) == ("s1._domainkey.acme.example", problem)
    assert bool(key.public) is not bool(problem)
