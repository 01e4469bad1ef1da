"""Send by SMTP."""
