"""The library: load a campaign file, plan it, apply it. The command line says the same things in other words."""
