import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from fast_mail_parser import parse_email

from mailgrid.errors import TemplateError
from mailgrid.message import encoded_files
from mailgrid.message.inspection import inspect
from tests.message.files import PDF, PNG, Folder, having
from tests.message.letters import parsed, person, renderer, write


@pytest.fixture(name="folder")
def in_a_folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.write("terms.pdf")
    folder.write("logo.png", PNG)
    return folder


def attached(content: bytes) -> list[tuple[str | None, str, bytes]]:
    return [
        (part.get_filename(), part.get_content_type(), part.get_content())
        for part in parsed(content).iter_attachments()
    ]


def test_a_file_goes_with_a_text(folder: Folder) -> None:
    content = write(enclosures=(folder.attached("terms.pdf"),)).content
    assert parsed(content).get_content_type() == "multipart/mixed"
    assert attached(content) == [("terms.pdf", "application/pdf", PDF)]
    assert parsed(content).get_body(("plain",)).get_content().strip() == "Hello Fay"  # type: ignore[union-attr]
    assert inspect(content) == ()


def test_pictures_belong_to_the_html_and_files_to_the_message(folder: Folder) -> None:
    html = '<p><img src="cid:logo" alt="Acme"> {{ name }}</p>'
    enclosures = (folder.attached("terms.pdf"), folder.inline("logo.png", "logo"))
    content = write(html=html, enclosures=enclosures).content
    texts, file = parsed(content).iter_parts()
    plain, related = texts.iter_parts()
    marked, picture = related.iter_parts()
    kinds = [part.get_content_type() for part in (texts, plain, related, marked, picture, file)]
    assert kinds == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf",
    ]  # fmt: skip
    assert related.get_param("type") == "text/html"
    identifier = picture["Content-ID"]
    assert identifier[0] == "<"
    assert "@" in identifier
    assert f'src="cid:{identifier[1:-1]}"' in marked.get_content()
    assert (picture.get_content_disposition(), picture.get_content()) == ("inline", PNG)
    assert inspect(content) == ()
    assert [each.filename for each in parse_email(content).attachments] == ["logo.png", "terms.pdf"]


def test_each_gets_their_own(folder: Folder) -> None:
    folder.write("offers/7.pdf", PDF + b"7")
    mine = folder.attached("offers/{{ id }}.pdf", "Angebot für {{ name }}.pdf", test=having("plan", "team"))
    render = renderer(enclosures=(mine,))
    assert attached(render(person(id="7", plan="team")).content) == [
        ("Angebot für Fay.pdf", "application/pdf", PDF + b"7")
    ]
    assert parsed(render(person(id="7", plan="pro")).content).get_content_type() == "text/plain"
    assert render.needed(("email", "id", "name", "plan", "more")) == ("email", "id", "name")
    assert render.is_personal


def test_what_a_condition_looks_at_is_kept(folder: Folder) -> None:
    render = renderer(enclosures=(folder.attached("terms.pdf", test=having("plan", "team"), columns=("plan",)),))
    assert "plan" in render.needed(("email", "name", "plan"))
    assert not render.is_personal


def test_who_lacks_a_file_is_known_before_anything_is_written(folder: Folder) -> None:
    folder.write("offers/7.pdf")
    render = renderer(enclosures=(folder.attached("offers/{{ id }}.pdf", test=having("plan", "team")),))
    assert render.lacking(person(id="7", plan="team")) == ""
    assert render.lacking(person(id="8", plan="pro")) == ""
    assert render.lacking(person(id="8", plan="team")) == "offers/{{ id }}.pdf"
    with pytest.raises(TemplateError, match=r"there is no file `offers/\{\{ id \}\}.pdf`"):
        render(person(id="8", plan="team"))


def test_a_message_may_go_without(folder: Folder) -> None:
    render = renderer(enclosures=(folder.attached("offers/{{ id }}.pdf", needed=False),))
    assert render.lacking(person(id="8")) == ""
    assert parsed(render(person(id="8")).content).get_content_type() == "text/plain"
    assert (
        parsed(write(enclosures=(folder.attached("gone.pdf", needed=False),)).content).get_content_type()
        == "text/plain"
    )


def test_a_file_for_everybody_is_read_and_encoded_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    encode = encoded_files.encoded

    def counted(path: Path, written: str) -> encoded_files.EncodedFile:
        read.append(written)
        return encode(path, written)

    for module in ("encoded_files", "enclosures"):
        monkeypatch.setattr(f"mailgrid.message.{module}.encoded", counted)
    folder.write("plans/pro.pdf")
    everybody, some = folder.attached("terms.pdf"), folder.attached("plans/{{ plan }}.pdf")
    render = renderer(enclosures=(everybody, some))
    for number in range(50):
        assert len(attached(render(person(f"p{number}@example.org", plan="pro")).content)) == 2
    assert read == ["terms.pdf", "plans/{{ plan }}.pdf"]


def test_a_file_that_changed_is_read_again(folder: Folder) -> None:
    folder.write("plans/pro.pdf")
    render = renderer(enclosures=(folder.attached("plans/{{ plan }}.pdf"),))
    render(person(plan="pro"))
    folder.write("plans/pro.pdf", PDF + b"more")
    assert attached(render(person(plan="pro")).content)[0][2] == PDF + b"more"


@pytest.mark.parametrize("value", ["../terms", "..\\terms", "a/b", "\0", "/etc/passwd", "C:\\terms", "a\u202eb"])
def test_e4_no_value_leads_into_another_folder(folder: Folder, value: str) -> None:
    folder.write("offers/1.pdf")
    render = renderer(enclosures=(folder.attached("offers/{{ id }}.pdf"),))
    assert render.lacking(person(id=value)) == ""
    with pytest.raises(TemplateError, match="which a file's name cannot"):
        render(person(id=value))


def test_e4_no_link_leads_outside(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.pdf"
    secret.write_bytes(PDF)
    (folder.path / "mine.pdf").symlink_to(secret)
    with pytest.raises(TemplateError, match="outside") as caught:
        write(person(id="mine"), enclosures=(folder.attached("{{ id }}.pdf"),))
    assert "secret" not in caught.value.message
    with pytest.raises(TemplateError) as caught:
        write(enclosures=(folder.attached("mine.pdf"),))
    assert caught.value.code == "MG402"


@pytest.mark.parametrize(
    "name, octets, code",
    [
        ("gone.pdf", None, "MG505"),
        ("fake.png", b"no picture", "MG506"),
        ("folder", b"", "MG506"),
        ("pipe", b"|", "MG506"),
    ],
)
def test_what_everybody_gets_is_looked_at_before_anything_is_sent(
    folder: Folder, name: str, octets: bytes | None, code: str
) -> None:
    if octets == b"|":
        os.mkfifo(folder.path / name)
    elif octets:
        folder.write(name, octets)
    elif octets == b"":
        (folder.path / name).mkdir()
    with pytest.raises(TemplateError) as caught:
        write(enclosures=(folder.attached(name),))
    assert (caught.value.code, caught.value.template) == (code, f"attach {name}")


def test_what_is_larger_than_any_server_takes_is_not_read(folder: Folder) -> None:
    with (folder.path / "film.mp4").open("wb") as file:
        file.truncate(encoded_files.LARGEST + 1)
    with pytest.raises(TemplateError, match="105 MB"):
        write(enclosures=(folder.attached("film.mp4"),))


@pytest.mark.parametrize("name", ["{{ name }}.pdf", "a/{{ name }}.pdf", "a\\{{ name }}.pdf"])
def test_a_name_has_no_folders(folder: Folder, name: str) -> None:
    content = write(person(name="../../x"), enclosures=(folder.attached("terms.pdf", name),)).content
    assert attached(content)[0][0] == "x.pdf"


@pytest.mark.parametrize("value", ["x" * 300, "a\u202efdp.exe"])
def test_a_name_that_deceives_is_refused(folder: Folder, value: str) -> None:
    with pytest.raises(TemplateError):
        write(person(name=value), enclosures=(folder.attached("terms.pdf", "{{ name }}"),))


def test_the_html_shows_only_pictures_that_are_there(folder: Folder) -> None:
    with pytest.raises(TemplateError) as caught:
        write(html='<p>\n<img src="cid:lgo"></p>', enclosures=(folder.inline("logo.png", "logo"),))
    assert (caught.value.code, caught.value.template, caught.value.line) == ("MG507", "html", 2)


@pytest.mark.parametrize(
    "shown", ['src="cid:logo"', "src='CID:logo'", 'style="background:url(cid:logo)"', "src=cid:logo"]
)
def test_a_picture_is_found_wherever_html_shows_it(folder: Folder, shown: str) -> None:
    render = renderer(html=f"<p><img {shown}></p>", enclosures=(folder.inline("logo.png", "logo"),))
    assert render.shown == {"logo"}
    body = parsed(render(person()).content).get_body(("html",))
    assert isinstance(body, EmailMessage)
    assert "logo@" in body.get_content()


def test_a_message_that_is_too_large_fails_and_says_how_large_it_may_be(folder: Folder) -> None:
    enclosures = (folder.attached("terms.pdf"),)
    size = len(write(enclosures=enclosures).content)
    assert len(write(enclosures=enclosures, largest=size).content) == size
    with pytest.raises(TemplateError, match=f"the message has {size:,} bytes; `max_size` is {size - 1:,}"):
        write(enclosures=enclosures, largest=size - 1)
