"""Web: pages in a browser, on this machine and for its user alone: the preview of a campaign, the sandbox's inbox."""
