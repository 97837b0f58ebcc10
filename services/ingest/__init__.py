"""Ingest: collects articles from feeds, HTTP and files, and publishes them to `articles`."""
