"""Adapters that only enrich uses."""
