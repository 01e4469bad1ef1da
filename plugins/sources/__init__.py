"""Where recipients come from, one file a kind."""
