"""A campaign whose files are edited, while the power fails and servers misbehave: real files, by the verbs."""

import random
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import mailgrid
from mailgrid.errors import MailgridError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.store import Identity
from mailgrid.ledger.suppression import Suppressed
from mailgrid.library.doubt import doubts
from mailgrid.library.forgetting import forget
from mailgrid.library.settings import Settings
from mailgrid.pipeline.gather import Again
from tests.simulation.model import Mailing, Model
from tests.simulation.post_office import FATES, OFFICES, PostOffice

ROWS = 7
ROW = st.integers(0, ROWS - 1)
#: The number of the line of names, the edition, the row.
Issue = tuple[int, str, int]
EVENTS = st.dictionaries(ROW, st.sampled_from(sorted(FATES)), max_size=4)
SETTINGS = Settings(plugins=["post-office"], environment={})


class Campaign(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.practice = Model()
        self.text = "Hello"
        self.got: Counter[Issue] = Counter()
        self.twice: Counter[Issue] = Counter()
        self.number = 0
        self.line = {"welcome": 0}
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

    @precondition(lambda self: len(self.line) < 4)
    @rule(formerly=st.sampled_from([True, True, False]))
    def rename(self, *, formerly: bool) -> None:
        """Without `formerly` it is another campaign, which everybody may get."""
        name = f"name{len(self.line)}"
        self.number += not formerly
        self.line[name] = self.number
        self.model.names = [*self.model.names, name] if formerly else [name]

    # ---- what people ask for -------------------------------------------------------------------------------------

    @rule(row=ROW, off=st.booleans())
    def suppress(self, row: int, *, off: bool) -> None:
        """Put somebody on the do-not-mail list, or take them off it, forgotten or not."""
        address = f"p{row}@example.org"
        with closing(self.folder.suppression(write=True)) as suppression:
            if off:
                assert suppression.remove([address]) == (row in self.model.suppressed)
                self.model.suppressed.discard(row)
            else:
                assert suppression.add([Suppressed(address)]) == (row not in self.model.suppressed)
                self.model.suppressed.add(row)

    @rule(row=ROW, comes_back=st.booleans())
    def forget(self, row: int, *, comes_back: bool) -> None:
        address = f"p{row}@example.org"
        forget([self.folder], address)
        assert all(address.encode() not in file.read_bytes() for file in self.folder.path.iterdir())
        self.model.forget(row)
        self.practice.forget(row)
        if comes_back:
            self.suppress(row, off=True)

    @precondition(lambda self: not self.model.is_rekeyed)
    @rule()
    def resolve(self) -> None:
        """Settle all doubts of the campaign as they were."""
        mailing = self.model.mailings[0]
        ledger = self.model.ledgers.get(mailing, {})
        with doubts(self.folder, [mailing[0]] if mailing in self.model.ledgers else []) as found:
            for doubt in (each for each in found if each.identity.edition == mailing[1]):
                for entry in doubt.entries:
                    key = self.shown(entry.key)
                    row = int(key.lstrip("~p")[0]) if "@" in key else int(key) - 100
                    arrived = self.got[self.issue(row)] > 0
                    doubt.settle([entry], sent=arrived, now=0.0)
                    assert ledger.pop(key) == "in_doubt"
                    ledger.update({key: "sent"} if arrived else {})

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

    @rule(row=ROW)
    def apply_while_somebody_leaves(self, row: int) -> None:
        model = self.model
        to_send = model.to_send()
        first = next((each for each in model.rows if each in to_send), 0)
        self.office.begin({})
        self.office.at, self.office.leaver = f"p{first}@example.org", f"p{row}@example.org"
        if self.is_refused():
            return
        assert not self.office.wronged
        answers = self.answers()
        tried = {row for row, _ in answers}
        assert to_send - {row} <= tried <= to_send
        if to_send:
            model.locked.add(model.mailings[0])
        self.count(set())
        model.answered(answers)
        if self.office.left:
            model.suppressed.add(row)
            if row in to_send - tried:
                model.applied()[model.key_of(row)] = "suppressed"

    @rule()
    def rehearse(self) -> None:
        self.office.begin({})
        practice = self.practice
        practice.names, practice.rows = self.model.names, self.model.rows
        practice.edition, practice.key = self.model.edition, self.model.key
        practice.suppressed = self.model.suppressed
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
        once = self.got.keys() - self.twice.keys()  # who was refused the second time may have the first one
        for issue in once:
            assert not self.got[issue] or self.ledgers_of(issue) & {"sent", "in_doubt"}, issue

    # ---- how -----------------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Folder:
        return Folder(self.root / ".mailgrid", self.root)

    def issue(self, row: int) -> Issue:
        """What somebody may get once: the line of names, the edition, and who."""
        return self.number, self.model.edition, row

    def ledgers_of(self, issue: Issue) -> set[str]:
        number, edition, row = issue
        keys = {f"p{row}@example.org", f"~p{row}@example.org", str(100 + row)}
        mailings = [each for each in self.model.ledgers if (self.line[each[0]], each[1]) == (number, edition)]
        ledgers = [self.model.ledgers[each] for each in mailings]
        return {ledger[key] for ledger in ledgers for key in keys if key in ledger}

    def addressed(self, fates: dict[int, str]) -> dict[str, str]:
        return {f"p{row}@example.org": fate for row, fate in fates.items()}

    def answers(self) -> list[tuple[int, str]]:
        return [(int(address[1]), status.value) for address, status in self.office.answers]

    def count(self, again: set[int]) -> None:
        for row in again:
            self.twice[self.issue(row)] += 1
        for address, count in self.office.taken.items():
            self.got[self.issue(int(address[1]))] += count

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
        with closing(self.folder.store(identity, rehearsal=False, write=False)) as store:
            found = {self.shown(entry.key): entry.state.value for entry in store.entries()}
        states = {key: "in_doubt" if state == "sending" else state for key, state in found.items()}
        return {key: state for key, state in states.items() if state != "pending"}

    def shown(self, key: str) -> str:
        """Return a key as the model has it: of one that was forgotten, whose it was."""
        if not key.startswith("forgotten:"):
            return key
        addresses = (f"p{row}@example.org" for row in range(ROWS))
        return next(f"~{address}" for address in addresses if self.folder.pseudonyms.key(address) == key)

    def write(self, folder: Path, transport: str) -> None:
        rows = "".join(f"{100 + row},p{row}@example.org\n" for row in self.model.rows)
        (folder / "people.csv").write_text(f"id,email\n{rows}")
        (folder / "welcome.mailgrid").write_text(self.model.written(self.text, transport))
