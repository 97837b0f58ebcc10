"""Adapters that only ingest uses."""
