"""The canonical layout of a campaign file: pieces of its text, statements of pieces, lines of statements."""
