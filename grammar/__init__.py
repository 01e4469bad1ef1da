"""The whole campaign language in one Lark file, mailgrid.lark."""
