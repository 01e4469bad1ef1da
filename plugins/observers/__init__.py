"""Observers that come with Mailgrid."""
