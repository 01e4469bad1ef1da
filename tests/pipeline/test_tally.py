from mailgrid.pipeline.tally import Tally


def test_a_few_examples_are_kept_and_all_are_counted() -> None:
    tally = Tally()
    for line in range(2, 7):
        tally.note_bad("it has no `@`", line)
        tally.note_unknown("active", line, "n/a")
    tally.note_bad("it is empty", 9)
    assert tally.bad == {"it has no `@`": (5, [2, 3, 4]), "it is empty": (1, [9])}
    assert tally.bad_address == 6
    assert (tally.tests["active"].rows, tally.tests["active"].examples) == (5, [(2, "n/a"), (3, "n/a"), (4, "n/a")])
