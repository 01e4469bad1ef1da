"""From a file's text to a Campaign. Pure: no sockets, no threads, no plugin code is run."""
