"""Rule files: a tree in JSON or YAML is the condition that text would have been."""

import json
from pathlib import Path

import pytest

from mailgrid.language.ast import And, Expr, RuleFile
from mailgrid.language.campaign import Campaign
from mailgrid.language.compiler import Compiled, compile_file
from mailgrid.language.expressions import show
from mailgrid.language.frame import as_json
from mailgrid.language.parser import parse_condition
from mailgrid.language.rule_files import MAX_SIZE
from mailgrid.language.rules import OPS
from mailgrid.language.text import Text
from tests.language.compiling import REST, codes
from tests.language.example_kinds import KINDS


def compiled(root: Path, content: str, name: str = "vip.json", where: str | None = None) -> Compiled:
    (root / name).write_text(content)
    condition = where or f'rules("{name}")'
    (root / "a.mailgrid").write_text(f"campaign a {{\n{REST}\nwhere {condition}\n}}\n")
    return compile_file(root / "a.mailgrid", KINDS, root=root, name="a.mailgrid")


def condition(root: Path, content: object, **others: str) -> Expr:
    made = compiled(root, content if isinstance(content, str) else json.dumps(content), **others)
    assert codes(made) == []
    where = only(made).where
    assert where
    return where


def only(made: Compiled) -> Campaign:
    (campaign,) = made.campaigns
    return campaign


def rule(op: str, value: object, field: str = "a") -> dict[str, object]:
    return {"op": op, "field": field, "value": value}


TREES: list[tuple[dict[str, object], str]] = [
    (rule("EQ", "FR"), '`a` = "FR"'),
    (rule("eq", 18), "`a` = 18"),
    (rule("Eq", True), "`a` = true"),
    (rule("EQ", None), "`a` is empty"),
    (rule("NE", None), "`a` is not empty"),
    (rule("NE", -1.5), "`a` != -1.5"),
    (rule("GT", 18), "`a` > 18"),
    (rule("GTE", "2026-01-31"), "`a` >= 2026-01-31"),
    (rule("LT", "2026-01-31T09:00Z"), "`a` < 2026-01-31 09:00Z"),
    (rule("LTE", "2026-02-31"), '`a` <= "2026-02-31"'),
    (rule("CONTAINS", "2026-01-31"), '`a` contains "2026-01-31"'),
    (rule("STARTS_WITH", "x"), '`a` starts with "x"'),
    (rule("ends with", "x"), '`a` ends with "x"'),
    (rule("IN", ["FR", 7, True], "First Name"), '`First Name` in ("FR", 7, true)'),
    (rule("MATCHES", r"^a/b\/c\d"), r"`a` matches /^a\/b\/c\d/"),
    (rule("MATCHES", " x\n"), r"`a` matches /\ x\n/"),
    ({"op": "EMPTY", "field": "a"}, "`a` is empty"),
    ({"op": "NOT", "rules": [rule("EQ", "x")]}, 'not `a` = "x"'),
    ({"op": "AND", "rules": [rule("EQ", "x")]}, '`a` = "x"'),
    ({"op": "OR", "rules": [rule("EQ", 1), rule("EQ", 2)]}, "`a` = 1 or `a` = 2"),
    (
        {"op": "AND", "rules": [rule("EQ", 1), {"op": "OR", "rules": [rule("EQ", 2), rule("EQ", 3)]}]},
        "`a` = 1 and (`a` = 2 or `a` = 3)",
    ),
]


@pytest.mark.parametrize("tree,text", TREES)
def test_a_rule_is_what_the_text_would_be(tree: object, text: str, tmp_path: Path) -> None:
    found = condition(tmp_path, tree)
    assert show(found) == text
    again, diagnostics = parse_condition(Text("where", text))
    assert not list(diagnostics)
    assert isinstance(found, RuleFile)
    assert again == found.condition


def test_every_op_is_tried_above() -> None:
    assert {str(tree["op"]).upper().replace(" ", "_") for tree, _text in TREES} == set(OPS)


def test_yaml_is_the_same_tree(tmp_path: Path) -> None:
    tree = {"op": "OR", "rules": [rule("IN", ["NO", "18", 18, "2026-01-31"]), rule("EQ", True), rule("NE", None)]}
    written = (
        "# who counts\nop: or\nrules:\n  - {op: in, field: a, value: [NO, '18', 18, 2026-01-31]}\n"
        "  - op: eq\n    field: a\n    value: true\n  - op: ne\n    field: a\n    value: ~\n"
    )
    in_yaml, in_json = condition(tmp_path, written, name="vip.yaml"), condition(tmp_path, tree)
    assert isinstance(in_yaml, RuleFile)
    assert isinstance(in_json, RuleFile)
    assert in_yaml.condition == in_json.condition


def test_rules_stand_as_a_test_among_others_and_in_segments(tmp_path: Path) -> None:
    (tmp_path / "vip.json").write_text(json.dumps({"op": "OR", "rules": [rule("EQ", 1), rule("EQ", 2)]}))
    (tmp_path / "a.mailgrid").write_text(
        f'segment vip where not rules("vip.json")\n'
        f'campaign a {{\n{REST}\nwhere b = 1 and rules("vip.json")\nwhere in vip or c\n}}\n'
    )
    made = compile_file(tmp_path / "a.mailgrid", KINDS, root=tmp_path, name="a.mailgrid")
    assert codes(made) == []
    campaign = only(made)
    assert isinstance(campaign.where, And)
    assert "b = 1 and (`a` = 1 or `a` = 2)" in show(campaign.where)
    assert show(campaign.segments["vip"]) == "not (`a` = 1 or `a` = 2)"
    assert [text.name for text in made.texts] == ["a.mailgrid", "vip.json"]


def test_an_and_in_a_rule_file_needs_no_brackets(tmp_path: Path) -> None:
    tree = {"op": "OR", "rules": [{"op": "AND", "rules": [rule("EQ", 1), rule("EQ", 2)]}, rule("EQ", 3)]}
    assert show(condition(tmp_path, tree)) == "`a` = 1 and `a` = 2 or `a` = 3"
    tree = {"op": "AND", "rules": [rule("EQ", 1), rule("EQ", 2)]}
    assert show(condition(tmp_path, tree, where='rules("vip.json") or b')) == "`a` = 1 and `a` = 2 or b"


@pytest.mark.parametrize(
    "content,code,marked",
    [
        ("{", "MG320", ""),
        ("7", "MG324", "7"),
        ('{"field": "a"}', "MG322", '{"field": "a"}'),
        ('{"op": 1}', "MG324", "1"),
        ('{"op": "LIKE", "field": "a", "value": 1}', "MG321", '"LIKE"'),
        ('{"op": "EQ", "value": 1}', "MG322", '{"op": "EQ", "value": 1}'),
        ('{"op": "EQ", "field": "a"}', "MG322", '{"op": "EQ", "field": "a"}'),
        ('{"op": "EQ", "field": "a", "value": 1, "colour": 2}', "MG323", '"colour"'),
        ('{"op": "EQ", "field": "a", "value": 1, "rules": []}', "MG323", "[]"),
        ('{"op": "EMPTY", "field": "a", "value": 1}', "MG323", "1"),
        ('{"op": "EQ", "field": "a", "value": 1, "value": 2}', "MG325", '"value"'),
        ('{"op": "EQ", "field": "", "value": 1}', "MG324", '""'),
        ('{"op": "EQ", "field": "a", "value": [1]}', "MG324", "[1]"),
        ('{"op": "GT", "field": "a", "value": null}', "MG324", "null"),
        ('{"op": "IN", "field": "a", "value": "x"}', "MG324", '"x"'),
        ('{"op": "IN", "field": "a", "value": []}', "MG324", "[]"),
        ('{"op": "IN", "field": "a", "value": [1, null]}', "MG324", "null"),
        ('{"op": "CONTAINS", "field": "a", "value": 1}', "MG324", "1"),
        ('{"op": "AND", "rules": []}', "MG324", "[]"),
        ('{"op": "AND", "rules": {"op": "EMPTY", "field": "a"}}', "MG324", '{"op": "EMPTY", "field": "a"}'),
        ('{"op": "NOT", "rules": [{"op": "EMPTY", "field": "a"}, {"op": "EMPTY", "field": "b"}]}', "MG324", None),
        ('{"op": "AND", "rules": [' * 60 + "]}" * 60, "MG320", None),
    ],
)
def test_a_mistake_points_into_the_rule_file(content: str, code: str, marked: str | None, tmp_path: Path) -> None:
    made = compiled(tmp_path, content)
    found = next(iter(made.diagnostics))
    assert (found.code, found.span and found.span.text.name) == (code, "vip.json")
    assert marked is None or (found.span and found.span.source == marked)
    assert as_json(found)["line"] == 1
    assert made.campaigns == ()


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    tree = {"op": "AND", "rules": [rule("LIKE", 1), {"op": "NOT"}, rule("IN", 1)]}
    assert codes(compiled(tmp_path, json.dumps(tree, indent=1))) == ["MG321", "MG322", "MG324"]


@pytest.mark.parametrize(
    "content,reason",
    [
        ("", "it is empty"),
        ("op: &x and\nrules: *x", "an alias (`*name`) is used; write the value out"),
        ("!!python/object:os.system x", "the tag `tag:yaml.org,2002:python/object:os.system` is used"),
        ("op: [", "expected the node content, but found '<stream end>'"),
        ("a: b: c", "mapping values are not allowed here"),
        ("op: \x07", "special characters are not allowed"),
        ("[" * 5000, "it is nested too deep"),
        ("- " * 120 + "x", "it is nested too deep"),
        ("--- 1\n--- 2", "but found another document"),
    ],
)
def test_yaml_that_is_none(content: str, reason: str, tmp_path: Path) -> None:
    made = compiled(tmp_path, content, "vip.yml")
    assert codes(made) == ["MG320"]
    (found,) = made.diagnostics
    assert found.message == f"vip.yml is not YAML: {reason}"


@pytest.mark.parametrize(
    "where,code",
    [
        ("rules()", "MG307"),
        ("rules(a)", "MG204"),
        ('rules("a.toml")', "MG327"),
        ('rules("none.json")', "MG222"),
        ('rules("../vip.json")', "MG223"),
        ('rules("/etc/passwd.json")', "MG223"),
    ],
)
def test_which_file_is_not_said_well(where: str, code: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "vip.json").write_text("{}")
    assert codes(compiled(root, "{}", where=where)) == [code]


def test_a_link_does_not_lead_out_of_the_project(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "vip.json").write_text("{}")
    (root / "link.json").symlink_to(tmp_path / "vip.json")
    assert codes(compiled(root, "{}", where='rules("link.json")')) == ["MG223"]


def test_a_rule_file_that_is_no_rule_file(tmp_path: Path) -> None:
    assert codes(compiled(tmp_path, " " * (MAX_SIZE + 1))) == ["MG120"]
    (tmp_path / "b.json").write_bytes(b"\xff")
    assert codes(compiled(tmp_path, "{}", where='rules("b.json")')) == ["MG121"]


def test_without_pyyaml_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    made = compiled(tmp_path, "op: empty", "vip.yaml")
    (found,) = made.diagnostics
    assert (found.code, found.span and found.span.source) == ("MG326", '"vip.yaml"')
    assert 'pip install "mailgrid[rules]"' in found.help_line
    assert codes(compiled(tmp_path, '{"op": "EMPTY", "field": "a"}')) == []
