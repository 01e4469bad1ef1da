"""Send a campaign to a real server, and hold its account of it against ours."""

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.store import Identity
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers.real_server import RealServer

__all__ = ["CLEAR", "TLS", "assert_true", "campaign", "ledger", "people"]

_WELCOME = Identity("welcome", "", "address", "")
CLEAR = "tls off"
TLS = 'tls starttls\n ca "ca.pem"'


def people(folder: CampaignFolder, count: int, *, gone: int = 0) -> tuple[list[str], list[str]]:
    """Write a list of people, and return those whom the servers take and those whom they refuse."""
    addresses = [f"p{number}@mail.example" for number in range(1, count + 1)]
    refused = [f"gone{number}@mail.example" for number in range(1, gone + 1)]
    mixed = random.Random(1).sample(addresses + refused, count + gone)
    folder.write("people.csv", "\n".join(["email,first_name", *(f"{address},Jo" for address in mixed), ""]))
    return addresses, refused


def campaign(folder: CampaignFolder, server: RealServer, *options: str, settings: Sequence[str] = ()) -> Path:
    """Write a campaign that goes to this server."""
    shutil.copy(server.certificates / "ca.pem", folder.path)
    block = "\n ".join([f'host "{server.host}"', f"port {server.port}", *options])
    return folder.campaign(f"smtp {{\n {block}\n }}", *settings)


def ledger(folder: CampaignFolder) -> dict[str, set[str]]:
    """Return who is in which state."""
    states: dict[str, set[str]] = {"sent": set(), "failed": set(), "in_doubt": set()}
    with closing(Folder(folder.path / ".mailgrid").store(_WELCOME, rehearsal=False, write=False)) as store:
        for entry in store.entries():
            states.setdefault(entry.state.value, set()).add(entry.address)
    return states


def assert_true(states: dict[str, set[str]], delivered: Counter[str]) -> None:
    """Nobody got two, who is sent got one, and who got one is sent or in doubt."""
    assert set(delivered.values()) <= {1}
    assert states["sent"] <= set(delivered) <= states["sent"] | states["in_doubt"]
