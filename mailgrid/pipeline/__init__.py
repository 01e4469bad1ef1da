"""From a Plan to a Report: gather, then send."""
