from tests.cli.command_line import CommandLine


def test_what_there_is(mailgrid: CommandLine) -> None:
    head, *rows = (line.split("\t") for line in mailgrid("plugins").out.splitlines())
    assert head == ["kind", "name", "plugin", "version", "allowed", "options", "meaning"]
    found = {(row[0], row[1]) for row in rows}
    assert {("source", "csv"), ("transport", "smtp"), ("transport", "maildir"), ("transport", "sandbox")} <= found


def test_the_options_of_one(mailgrid: CommandLine) -> None:
    ended = mailgrid("plugins", "smtp")
    assert ended.out.startswith("transport smtp: ")
    options = {line.split("\t")[0] for line in ended.out.splitlines()[2:]}
    assert {"host", "port", "tls", "user", "password"} <= options


def test_json(mailgrid: CommandLine) -> None:
    told = mailgrid("plugins", "smtp", "--json").json
    assert told["format"] == 1
    (kind,) = told["kinds"]
    assert (kind["kind"], kind["name"]) == ("transport", "smtp")
    assert all(set(option) == {"name", "type", "choices", "default", "help"} for option in kind["options"])
    assert {plugin["name"] for plugin in told["plugins"]} >= {"csv", "smtp"}


def test_one_that_there_is_not(mailgrid: CommandLine) -> None:
    ended = mailgrid("plugins", "pigeon")
    assert ended.code == 2
    assert "pigeon" in ended.err
