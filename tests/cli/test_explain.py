from mailgrid.language.essay import codes
from tests.cli.command_line import CommandLine


def test_in_any_case(mailgrid: CommandLine) -> None:
    ended = mailgrid("explain", "mg104")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("MG104: an operator or a sign of another language\n\n")
    assert '\nwrong:\n    where country == "FR" && active\n\nright:\n    where country = "FR" and active\n' in ended.out
    assert "```" not in ended.out
    assert mailgrid("explain", "MG104").out == ended.out


def test_all_codes_with_a_line_each(mailgrid: CommandLine) -> None:
    ended = mailgrid("explain")
    assert [line.split()[0] for line in ended.out.splitlines()] == codes()


def test_an_unknown_code(mailgrid: CommandLine) -> None:
    ended = mailgrid("explain", "MG999")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no code `MG999`" in ended.err
    assert "did you mean `MG119`?" in mailgrid("explain", "MGI19").err


def test_for_programs(mailgrid: CommandLine) -> None:
    found = mailgrid("explain", "W309", "--json").json
    assert (found["format"], found["code"]) == (1, "W309")
    assert "```mailgrid wrong" in found["text"]
    assert [each["code"] for each in mailgrid("explain", "--json").json["codes"]] == codes()
