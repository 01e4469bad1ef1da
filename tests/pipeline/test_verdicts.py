from contextlib import closing
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import Recipient, Skip
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.gather import Gather
from mailgrid.pipeline.verdicts import Verdict, verdicts
from tests.pipeline.campaign import ledger, plan_of

ROWS = [
    ("ann@example.org", "Ann"),
    ("ANN@EXAMPLE.org", "Ann again"),
    ("bob@example.org", "Bob"),
    ("nobody", "Cleo"),
    ("dan@example.org", "Dan"),
    ("eve@example.org", "Eve"),
]
ANSWERS = {"Dan": None, "Eve": False}


def select(recipient: Recipient) -> Recipient | Skip:
    return Skip(reason="no bobs") if recipient.key.startswith("bob") else recipient


def test_each_row_has_one_and_it_is_what_gathering_did(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"test": lambda cells: ANSWERS.get(cells[1], True), "select": select}
    with closing(ledger(tmp_path, plan_of([]))) as store, closing(Audience("welcome")) as audience:
        tally = Gather(plan_of(ROWS, **settings), store)(audience)
        found = list(verdicts(plan_of(ROWS, **settings), audience))
    first = found[0].line
    assert found == [
        Verdict(first, "ann@example.org", "to send"),
        Verdict(first + 1, "ann@example.org", f"same key as line {first}"),
        Verdict(first + 2, "bob@example.org", "skipped"),
        Verdict(first + 3, "", "bad address: the address has no `@`"),
        Verdict(first + 4, "dan@example.org", "unknown"),
        Verdict(first + 5, "eve@example.org", "no match"),
    ]
    assert (tally.rows, tally.to_send, tally.duplicate) == (6, 1, 1)
