from mailgrid.errors import AddressError, TemplateError
from mailgrid.pipeline.unrenderable import why


def test_names_the_place_where_it_is_known() -> None:
    assert why(TemplateError("no `x`", template="a.html", line=3)) == "a.html:3: no `x`"
    assert why(TemplateError("no `x`", template="subject")) == "subject: no `x`"
    assert why(TemplateError("too long")) == "too long"
    assert why(AddressError("it has no `@`")) == "it has no `@`"
