"""Ways to send, one file or folder a kind."""
