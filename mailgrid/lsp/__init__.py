"""The language server: what an editor knows about campaign files. It asks the language and the library for all of it.

See https://microsoft.github.io/language-server-protocol/ for the protocol.
"""
