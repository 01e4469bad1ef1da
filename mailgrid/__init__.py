"""Mail campaigns as files: plan shows what would happen, apply sends each message once."""
