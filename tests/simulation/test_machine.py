"""Files are edited, the power fails, servers misbehave: nobody gets two, nobody is lost. Real files, by the verbs."""

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import mailgrid
from mailgrid.errors import MailgridError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.former import Continued
from mailgrid.ledger.store import Identity
from mailgrid.library.settings import Settings
from mailgrid.pipeline.gather import Again, Gather
from tests.simulation.model import Mailing, Model
from tests.simulation.mutants import sent_again_in_doubt
from tests.simulation.post_office import FATES, OFFICES, PostOffice

ROWS = 7
ROW = st.integers(0, ROWS - 1)
EVENTS = st.dictionaries(ROW, st.sampled_from(sorted(FATES)), max_size=4)
SETTINGS = Settings(plugins=["post-office"], environment={})


@contextmanager
def plugin(folder: Path) -> Iterator[None]:
    """Let the post office be found as a distribution."""
    info = folder / "post_office-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: post-office\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mailgrid]\npost = tests.simulation.post_office\n")
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


class Campaign(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.practice = Model()
        self.text = "Hello"
        self.got: Counter[tuple[str, int]] = Counter()
        self.twice: Counter[tuple[str, int]] = Counter()
        self.temporary = tempfile.TemporaryDirectory()
        self.root = Path(self.temporary.name).resolve()
        self.office = OFFICES[self.root] = PostOffice(self.root)
        (self.root / "mailgrid.toml").write_text("")

    def teardown(self) -> None:
        del OFFICES[self.root]
        self.temporary.cleanup()

    # ---- what people do to the files -----------------------------------------------------------------------------

    @rule(row=ROW, place=st.integers(0, ROWS))
    def insert(self, row: int, place: int) -> None:
        if row not in self.model.rows:
            self.model.rows.insert(place, row)

    @precondition(lambda self: self.model.rows)
    @rule(chance=st.randoms(use_true_random=False))
    def delete(self, chance: random.Random) -> None:
        self.model.rows.remove(chance.choice(self.model.rows))

    @rule(chance=st.randoms(use_true_random=False))
    def reorder(self, chance: random.Random) -> None:
        chance.shuffle(self.model.rows)

    @rule(text=st.sampled_from(["Hello", "Good morning", "{{ email }}"]))
    def rewrite(self, text: str) -> None:
        self.text = text

    @rule(edition=st.sampled_from(["", "may"]))
    def set_edition(self, edition: str) -> None:
        self.model.edition = edition

    @rule(key=st.sampled_from(["address", "address", "id"]))
    def set_key(self, key: str) -> None:
        self.model.key = key

    @precondition(lambda self: len(self.model.names) < 3)
    @rule()
    def rename(self) -> None:
        self.model.names.append(f"name{len(self.model.names)}")

    # ---- runs ----------------------------------------------------------------------------------------------------

    @rule(fates=EVENTS, in_doubt=st.booleans(), rejected=st.booleans())
    def apply(self, fates: dict[int, str], *, in_doubt: bool, rejected: bool) -> None:
        model = self.model
        self.office.begin(self.addressed(fates))
        to_send = model.to_send(in_doubt=in_doubt, rejected=rejected)
        doubtful = {row for row in to_send if model.state(model.key_of(row)) == "in_doubt"}
        if self.is_refused(Again(in_doubt=in_doubt, rejected=rejected)):
            return
        answers = self.answers()
        tried = {row for row, _ in answers}
        assert tried <= to_send
        if "unsent" not in dict(answers).values():
            assert tried == to_send
        if to_send:
            model.locked.add(model.mailings[0])
        self.count(doubtful & tried)
        model.answered(answers)

    @rule(fates=EVENTS, row=ROW, after=st.booleans())
    def apply_and_be_killed(self, fates: dict[int, str], row: int, *, after: bool) -> None:
        model = self.model
        cut = f"p{row}@example.org"
        fates = {other: fate for other, fate in fates.items() if other != row}
        self.office.begin(self.addressed(fates), cut, after=after)
        to_send = model.to_send()
        if self.is_refused():
            return
        if to_send:
            model.locked.add(model.mailings[0])
        self.count(set())
        if not self.office.dead:
            model.answered(self.answers())
            return
        self.office.power_is_back()
        model.applied()
        model.killed(to_send, self.answers(), self.ledger(model.mailings[0]))

    @rule()
    def rehearse(self) -> None:
        self.office.begin({})
        practice = self.practice
        practice.names, practice.rows = self.model.names, self.model.rows
        practice.edition, practice.key = self.model.edition, self.model.key
        to_send = practice.to_send()
        if self.is_refused(transport="practice", model=practice):
            return
        assert {row for row, _ in self.answers()} == to_send
        practice.answered(self.answers())

    @precondition(lambda self: self.model.is_locked and not self.model.is_rekeyed)
    @rule()
    def apply_in_a_clone_without_the_ledger(self) -> None:
        clone = self.root / "clone"
        shutil.copytree(self.root, clone, ignore=shutil.ignore_patterns(".mailgrid", "clone"))
        OFFICES[clone] = PostOffice(clone)
        try:
            self.write(clone, "post")
            with pytest.raises(MailgridError) as refused:
                mailgrid.apply(clone / "welcome.mailgrid", settings=SETTINGS)
            assert refused.value.code == "MG609"
            assert not OFFICES[clone].answers
        finally:
            del OFFICES[clone]
            shutil.rmtree(clone)

    # ---- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def nobody_got_two(self) -> None:
        assert all(count <= 1 + self.twice[who] for who, count in self.got.items())

    @invariant()
    def the_ledgers_say_what_happened(self) -> None:
        for mailing, expected in self.model.ledgers.items():
            assert self.ledger(mailing) == expected
        for name, edition in self.model.ledgers:
            once = self.got.keys() - self.twice.keys()  # who was refused the second time may have the first one
            rows = {row for issue, row in once if issue == edition and self.got[issue, row]}
            known = [self.ledgers_of(row, edition) for row in rows]
            assert all(states & {"sent", "in_doubt", "sending"} for states in known), name

    # ---- how -----------------------------------------------------------------------------------------------------

    def ledgers_of(self, row: int, edition: str) -> set[str]:
        keys = {f"p{row}@example.org", str(100 + row)}
        ledgers = [ledger for (_, issue), ledger in self.model.ledgers.items() if issue == edition]
        return {ledger[key] for ledger in ledgers for key in keys if key in ledger}

    def addressed(self, fates: dict[int, str]) -> dict[str, str]:
        return {f"p{row}@example.org": fate for row, fate in fates.items()}

    def answers(self) -> list[tuple[int, str]]:
        return [(int(address[1]), status.value) for address, status in self.office.answers]

    def count(self, again: set[int]) -> None:
        for row in again:
            self.twice[self.model.edition, row] += 1
        for address, count in self.office.taken.items():
            self.got[self.model.edition, int(address[1])] += count

    def is_refused(self, again: Again | None = None, *, transport: str = "post", model: Model | None = None) -> bool:
        """Apply; a campaign whose key was changed must be refused before anything is sent."""
        self.write(self.root, transport)
        if not (model or self.model).is_rekeyed:
            mailgrid.apply(self.root / "welcome.mailgrid", again=again, settings=SETTINGS)
            return False
        with pytest.raises(MailgridError) as refused:
            mailgrid.apply(self.root / "welcome.mailgrid", again=again, settings=SETTINGS)
        assert refused.value.code == "MG607"
        assert not self.office.answers
        return True

    def ledger(self, mailing: Mailing) -> dict[str, str]:
        name, edition = mailing
        identity = Identity(name, edition, self.model.keys[mailing], "")
        with closing(Folder(self.root / ".mailgrid").store(identity, rehearsal=False, write=False)) as store:
            found = {entry.key: entry.state.value for entry in store.entries()}
        states = {key: "in_doubt" if state == "sending" else state for key, state in found.items()}
        return {key: state for key, state in states.items() if state != "pending"}

    def write(self, folder: Path, transport: str) -> None:
        rows = "".join(f"{100 + row},p{row}@example.org\n" for row in self.model.rows)
        (folder / "people.csv").write_text(f"id,email\n{rows}")
        lines = [
            f"campaign {self.model.names[-1]} {{",
            *(f"  formerly {name}" for name in self.model.names[:-1]),
            '  source csv "people.csv"',
            '  from "news@example.com"',
            '  subject "News"',
            f'  text "{self.text}"',
            f"  transport {transport}",
            "  workers 1",
            "  retry for 1h backoff 1ms",
            *([f'  edition "{self.model.edition}"'] if self.model.edition else []),
            *(["  key id"] if self.model.key == "id" else []),
            "}",
            "",
        ]
        (folder / "welcome.mailgrid").write_text("\n".join(lines))


@pytest.fixture(autouse=True)
def post_office(tmp_path: Path) -> Iterator[None]:
    with plugin(tmp_path):
        yield


def run(**more: Any) -> None:
    run_state_machine_as_test(Campaign, settings=settings(stateful_step_count=12, deadline=None, **more))


def test_whatever_happens_to_its_files() -> None:
    run(max_examples=40)


@pytest.mark.parametrize(
    "owner, name, mistake",
    [
        (Continued, "states", lambda continued, keys: continued._store.states(keys)),
        (Gather, "_standing", sent_again_in_doubt),
    ],
    ids=["former names forgotten", "sent again in doubt"],
)
def test_a_mistake_is_found(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, mistake: Callable[..., object]
) -> None:
    monkeypatch.setattr(owner, name, mistake)
    with pytest.raises(AssertionError):
        run(max_examples=200, phases=[Phase.generate], database=None, report_multiple_bugs=False, derandomize=True)
