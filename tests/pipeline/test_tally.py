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


def test_examples_are_first_of_all_rows_in_which_something_stands() -> None:
    tally = Tally()
    for line, value in [(2, ""), (3, " "), (4, "x"), (5, ""), (6, "y"), (7, "z"), (8, "w")]:
        tally.note_unknown("age > 18", line, value)
    unknown = tally.tests["age > 18"]
    assert (unknown.rows, unknown.empty) == (7, 3)
    assert unknown.examples == [(4, "x"), (6, "y"), (7, "z")]
