"""The doctor: can this campaign arrive? It asks the DNS and the relay, and looks at the first messages."""
