"""Adapters that only alert uses."""
