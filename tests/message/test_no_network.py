"""Nothing that a template or a value says makes Mailgrid fetch anything while it writes messages."""

import socket

import pytest

from tests.message.letters import person, renderer

HTML = """
<link rel="stylesheet" href="http://169.254.169.254/latest/meta-data/"><img src="http://127.0.0.1:1/{{ name }}">
<style>@import url("http://[::1]:1/x.css");</style><script src="//10.0.0.1/x.js"></script>
"""


def test_e5_no_address_is_asked_for_and_nobody_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: asked.append(args))
    monkeypatch.setattr(socket, "socket", lambda *args, **_: asked.append(args))
    content = renderer(html=HTML)(person(name="http://169.254.169.254/")).content
    assert b"169.254.169.254" in content
    assert asked == []
