"""From a Campaign and a Registry to a Plan: names bound to opened plugins, files read, templates compiled."""
