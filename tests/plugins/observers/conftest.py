from tests.cli.conftest import folder, mailgrid

__all__ = ["folder", "mailgrid"]
