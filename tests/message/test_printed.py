import logging
import sys
from importlib import import_module
from pathlib import Path

import pytest

from mailgrid.errors import TemplateError
from mailgrid.message.spec import Choice, Enclosing, Form, Words
from tests.message.files import PNG, Folder
from tests.message.letters import parsed, person, renderer


def can_print() -> bool:
    try:
        import_module("weasyprint")
    except (ImportError, OSError):  # Pango comes from the system
        return False
    return True


pytestmark = pytest.mark.skipif(not can_print(), reason="WeasyPrint cannot be loaded: there is no Pango")


def printed(folder: Folder, source: str, name: str | None = None, path: str = "invoice.html") -> Enclosing:
    form = Form.MARKDOWN if path.endswith(".md") else Form.HTML
    given = folder.attached(path, name)
    return Enclosing(path=given.path, find=folder.find, name=given.name, document=Words(source, path, form=form))


@pytest.fixture(name="folder")
def in_a_folder(tmp_path: Path) -> Folder:
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return Folder(tmp_path)


@pytest.mark.parametrize(
    "source, path", [("<h1>Invoice for {{ name }}</h1>", "invoice.html"), ("# Invoice for {{ name }}", "invoice.md")]
)
def test_each_gets_a_pdf_of_their_own(folder: Folder, source: str, path: str) -> None:
    render = renderer(enclosures=(printed(folder, source, "Invoice {{ id }}.pdf", path),))
    files = []
    for name, number in (("Fay", "1"), ("Gus", "22")):
        (file,) = parsed(render(person(name=name, id=number)).content).iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("application/pdf", f"Invoice {number}.pdf")
        files.append(file.get_content())
    assert all(each.startswith(b"%PDF-") for each in files)
    assert files[0] != files[1]
    assert render.needed(("email", "name", "id", "x")) == ("email", "name", "id")


def test_without_a_name_it_has_the_templates(folder: Folder) -> None:
    (file,) = parsed(renderer(enclosures=(printed(folder, "x"),))(person()).content).iter_attachments()
    assert file.get_filename() == "invoice.pdf"


def test_the_template_may_depend_on_the_language(folder: Folder) -> None:
    options: dict[tuple[str, ...], Words] = {
        (lang,): Words(f"<p>{lang}</p>", f"invoice.{lang}.html") for lang in ("de", "en")
    }
    given = folder.attached("invoice.{{ lang }}.html")
    choice = Choice(given.path, options, ("{{ lang }}",))
    render = renderer(enclosures=(Enclosing(path=given.path, find=folder.find, document=choice),))
    assert [render.lacking(person(lang=lang)) for lang in ("de", "it")] == ["", "invoice.{{ lang }}.html"]
    (file,) = parsed(render(person(lang="de")).content).iter_attachments()
    assert file.get_filename() == "invoice.de.pdf"
    with pytest.raises(TemplateError, match="there is no template"):
        render(person(lang="it"))


@pytest.mark.parametrize("shown", ["logo.png", "img/../logo.png"])
def test_a_picture_of_the_project_is_shown(folder: Folder, shown: str) -> None:
    folder.write("logo.png", PNG)
    folder.write("img/x.png", PNG)
    with pytest.raises(TemplateError):
        renderer(enclosures=(printed(folder, '<img src="gone.png">'),))(person())
    content = renderer(enclosures=(printed(folder, f'<img src="{shown}">'),))(person()).content
    assert len(list(parsed(content).iter_attachments())) == 1


@pytest.mark.parametrize(
    "shown", ["https://example.org/x.png", "file:///etc/passwd", "http://169.254.169.254/", "link.png"]
)
def test_nothing_else_is_read(folder: Folder, shown: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.png"
    secret.write_bytes(PNG)
    (folder.path / "link.png").symlink_to(secret)
    render = renderer(enclosures=(printed(folder, f'<img src="{shown}">'),))
    with pytest.raises(TemplateError, match="a file that it cannot have"):
        render(person())


def test_without_the_extra_it_says_what_to_install(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(TemplateError) as caught:
        renderer(enclosures=(printed(folder, "x"),))
    assert (caught.value.code, caught.value.hint) == ("MG508", 'install it: pip install "mailgrid[pdf]"')
