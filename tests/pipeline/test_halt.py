from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.halt import Halt, words


class Feed:
    stops = 0

    def stop(self) -> None:
        self.stops += 1


def test_the_first_reason_stays() -> None:
    feed = Feed()
    halt = Halt(feed)  # type: ignore[arg-type]
    halt(MailgridError("one"))
    halt(MailgridError("two"))
    assert (str(halt.reason), feed.stops) == ("one", 2)


def test_words_are_without_addresses() -> None:
    text = "<ann@example.org>: no; x=bob+tag@mail.example.org, 'c@d'"
    assert words(Reply(code=550, text=text)) == "550 <...>: no; ..., '...'"
    assert words(Reply(code=550)) == "550"
