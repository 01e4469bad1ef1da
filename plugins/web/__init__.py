"""How plugins ask servers on the web: over https, and nobody on this machine or its network unless that is allowed."""
