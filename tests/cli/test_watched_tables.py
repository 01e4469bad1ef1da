import pytest

from mailgrid.cli.watched_tables import WatchedTables


def test_tables_are_drawn_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    with WatchedTables() as place:
        place.draw([(("campaign", "sent"), [["welcome", 1]])])
        place.draw([(("campaign", "sent"), [["welcome", 2]]), (("host", "a second"), [["north\x1b[1m", 0.0]])])
    shown = capsys.readouterr().out
    assert "welcome" in shown
    assert shown.index("campaign") < shown.index("host") < shown.index("north")
    assert "\x1b[1m0" not in shown


def test_where_there_is_little_room_columns_stay_in_which_something_stands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")  # of one that knows nothing nobody asks the width
    monkeypatch.setenv("COLUMNS", "24")
    with WatchedTables() as place:
        place.draw([(("campaign", "edition", "sent", "failed"), [["welcome", None, 12, 0]])])
    shown = capsys.readouterr().out
    assert "12" in shown
    assert "edition" not in shown
    assert "failed" not in shown
